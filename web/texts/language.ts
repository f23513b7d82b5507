import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { en } from './en.ts'

/** A language's own name: someone who reads nothing else finds it. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

type PluralForm<Key extends string> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key
export type TextKey = PluralForm<keyof typeof en>

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'texts'
    resources: { texts: typeof en }
    keySeparator: false
    nsSeparator: false
  }
}

/** Read by public/before-paint.js too. */
const STORAGE_KEY = 'latchkey.language'

const TEXTS = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
} satisfies Record<Language, () => Promise<Record<string, string>>>

export function isLanguage(language: string | null | undefined): language is Language {
  return language !== null && language !== undefined && Object.hasOwn(LANGUAGES, language)
}

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'none',
    fallbackLng: false,
    defaultNS: 'texts',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: {},
  })
  await speak(chosenLanguage() ?? systemLanguage())
}

/** For what is drawn now; the choice is remembered by `chooseLanguage`. */
export async function speak(language: Language): Promise<void> {
  if (i18next.language === language) return
  if (!i18next.hasResourceBundle(language, 'texts')) {
    i18next.addResourceBundle(language, 'texts', await TEXTS[language]())
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(STORAGE_KEY, language)
  } catch {
    // Storage may be switched off: then the choice lasts as long as the page.
  }
  await speak(language)
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en'
}

function chosenLanguage(): Language | undefined {
  try {
    const stored = localStorage.getItem(STORAGE_KEY)
    return isLanguage(stored) ? stored : undefined
  } catch {
    return undefined
  }
}

function systemLanguage(): Language {
  for (const tag of navigator.languages) {
    const language = tag.split('-')[0]?.toLowerCase()
    if (isLanguage(language)) return language
  }
  return 'en'
}
