import type { Language } from './language.ts'

const DAY_MINUTES = 24 * 60

const words: Record<Language, { days: string; minutes: string }> = {
  en: { days: 'days', minutes: 'minutes' },
  de: { days: 'Tage', minutes: 'Minuten' },
  nl: { days: 'dagen', minutes: 'minuten' },
}

/** In days where they are whole and several, else in minutes. */
export function durationIn(language: Language, minutes: number): string {
  const { days, minutes: inMinutes } = words[language]
  const isWhole = minutes > DAY_MINUTES && minutes % DAY_MINUTES === 0
  return isWhole ? `${minutes / DAY_MINUTES} ${days}` : `${minutes} ${inMinutes}`
}
