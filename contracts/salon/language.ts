import type { Audience } from '../contract.ts'

/** English, unless the caller prefers Dutch (RFC 9110 §12.5.4), or says nothing and the realm is Dutch. */
export function languageFor({ acceptLanguage, language }: Audience): 'en' | 'nl' {
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean)
      return { language: tag.split('-')[0], quality: Number(quality ?? 1) }
    })
    .filter((wish) => (wish.language === 'en' || wish.language === 'nl') && wish.quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return (wishes[0]?.language ?? language) === 'nl' ? 'nl' : 'en'
}
