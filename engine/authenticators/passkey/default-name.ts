import type { Language } from '../../mail/texts/language.ts'

/** Managers of passkeys that say who they are; nobody vouches for it, so it is good for a name alone. */
const MANAGERS: Record<string, string> = {
  'fbfc3007-154e-4ecc-8c0b-6e020557d7bd': 'iCloud Keychain',
  'dd4ec289-e01d-41c9-bb89-70fa845d4bf2': 'iCloud Keychain',
  'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4': 'Google Password Manager',
  'adce0002-35bc-c60a-648b-0b25f1f05503': 'Chrome',
  '08987058-cadc-4b81-b6e1-30de50dcbe96': 'Windows Hello',
  '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'Windows Hello',
  '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'Windows Hello',
  '53414d53-554e-4700-0000-000000000000': 'Samsung Pass',
  'bada5566-a7aa-401f-bd96-45619a55120d': '1Password',
  'd548826e-79b4-db40-a3d8-11116f7e8349': 'Bitwarden',
  '531126d6-e717-415c-9320-3d9aa6981239': 'Dashlane',
  'fdb141b2-5d84-443e-8a35-4698c205a502': 'KeePassXC',
  '50726f74-6f6e-5061-7373-50726f746f6e': 'Proton Pass',
  'b84e4048-15dc-4dd0-8640-f4f60813c8af': 'NordPass',
  '0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6': 'Keeper',
}

const DEVICES = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
] as const

const OF_A_DAY: Record<Language, (day: string) => string> = {
  en: (day) => `Passkey of ${day}`,
  de: (day) => `Passkey vom ${day}`,
  nl: (day) => `Passkey van ${day}`,
}

export const NAME_LENGTH_MAX = 60

/**
 * What a passkey is called until its owner calls it something else: after whoever keeps it, else after the device that
 * it lives in, else after the day. Two of a kind are told apart by a number.
 */
export function defaultName({
  aaguid,
  isOfThisDevice,
  userAgent,
  language,
  now,
  taken,
}: {
  aaguid: string
  /** Neither a key that was plugged in nor a phone next to it. */
  isOfThisDevice: boolean
  userAgent: string | null
  language: Language
  now: number
  taken: string[]
}): string {
  const device = isOfThisDevice ? deviceOf(userAgent) : undefined
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  })
  const name = MANAGERS[aaguid] ?? device ?? OF_A_DAY[language](day.format(now))
  let free = name
  for (let count = 2; taken.includes(free); count++) free = `${name} (${count})`
  return free
}

function deviceOf(userAgent: string | null): string | undefined {
  return DEVICES.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1]
}
