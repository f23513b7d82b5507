/** An instant of ours, in UTC: fractions of a second without zeros at their end (RFC 3339 §5.6). */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z')
}

/** Stands for no time at all. */
export const ZERO_TIME = '0001-01-01T00:00:00Z'
