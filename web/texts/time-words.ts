const STEPS = [
  { unit: 'year', milliseconds: 365.25 * 86_400_000 },
  { unit: 'month', milliseconds: 30.4375 * 86_400_000 },
  { unit: 'week', milliseconds: 7 * 86_400_000 },
  { unit: 'day', milliseconds: 86_400_000 },
  { unit: 'hour', milliseconds: 3_600_000 },
  { unit: 'minute', milliseconds: 60_000 },
] as const

/** "3 minutes ago", "yesterday"; null within a minute, for which each language has its own word. */
export function relativeTime(at: number, now: number, language: string): string | null {
  const step = STEPS.find(({ milliseconds }) => Math.abs(at - now) >= milliseconds)
  if (step === undefined) return null
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return words.format(Math.trunc((at - now) / step.milliseconds), step.unit)
}

/** "in 40 seconds", "in 5 minutes"; rounded up, so that who waits that long is let in. */
export function waitingTime(seconds: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  if (seconds < 90) return words.format(Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds < 5400) return words.format(Math.ceil(seconds / 60), 'minute')
  return words.format(Math.ceil(seconds / 3600), 'hour')
}

export function exactDay(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(at)
}

export function exactTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' }).format(at)
}
