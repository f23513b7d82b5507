/** Programs by headers that only their exports have together. */
const SIGNS: readonly { program: string; headers: readonly string[] }[] = [
  { program: 'Latchkey', headers: ['latchkey data'] },
  { program: 'Google', headers: ['e mail 1 value'] },
  { program: 'Google', headers: ['given name', 'family name', 'group membership'] },
  { program: 'Google', headers: ['first name', 'phonetic first name', 'file as'] },
  { program: 'LinkedIn', headers: ['connected on', 'company', 'position'] },
  { program: 'Outlook', headers: ['business street', 'e mail address'] },
  { program: 'Outlook', headers: ['straße geschäftlich', 'e mail adresse'] },
  { program: 'Outlook', headers: ['first name', 'last name', 'e mail address', 'business phone'] },
  { program: 'Thunderbird', headers: ['primary email', 'screen name'] },
  { program: 'Thunderbird', headers: ['primäre e mail adresse', 'anzeigename'] },
  { program: 'Thunderbird', headers: ['first name', 'display name', 'primary email'] },
  { program: 'Yahoo', headers: ['first', 'last', 'distribution lists'] },
  { program: 'Yahoo', headers: ['messenger id', 'yahoo phone'] },
  { program: 'Apple', headers: ['first name', 'last name', 'organization', 'phone mobile'] },
  { program: 'Apple', headers: ['vorname', 'nachname', 'firma', 'telefon mobil'] },
]

/** @param headers as `plainHeader` makes them. @returns nothing when it could be of any program. */
export function programOf(headers: readonly string[]): string | undefined {
  const present = new Set(headers)
  return SIGNS.find((sign) => sign.headers.every((header) => present.has(header)))?.program
}
