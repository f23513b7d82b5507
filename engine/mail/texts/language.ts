/** The languages that mails are written in. */
export const languages = ['en', 'de', 'nl'] as const
export type Language = (typeof languages)[number]

/** The first language of ours that a list of wishes (account, request, realm) names. */
export function chooseLanguage(...wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const found = languages.find((language) => wish?.toLowerCase().split('-')[0] === language)
    if (found) return found
  }
  return 'en'
}
