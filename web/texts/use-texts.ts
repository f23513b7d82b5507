import { useTranslation } from 'react-i18next'
import type { TextKey } from './language.ts'

export type Translate = (key: TextKey, values?: Record<string, string | number>) => string

/** The words of the language that is spoken now; a key that does not exist does not compile. */
export function useTexts(): { t: Translate; language: string } {
  const { i18n } = useTranslation()
  // i18n.t and not the hook's t, which stays with its language: a toast about a new one speaks it.
  return { t: (key, values) => i18n.t(key, values ?? {}), language: i18n.language }
}
