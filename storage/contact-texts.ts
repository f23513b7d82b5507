/** Small letters without accents, in any script: what `Åsa`, `ASA` and `asa` have in common. */
export function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
}

/** Longer names are ordered by their beginning. */
const KEY_LENGTH_MAX = 100

/** By which a name is ordered: what differs only in case or accents stands together. */
export function orderKey(name: string): string {
  return fold(name.slice(0, KEY_LENGTH_MAX)).slice(0, KEY_LENGTH_MAX)
}

/** Month and day of `1990-02-28` or `--02-28` as 228; null where there is none. */
export function birthdayKey(birthday: string): number | null {
  const [, month, day] = /^(?:\d{4}|-)-(\d{2})-(\d{2})$/.exec(birthday) ?? []
  return month === undefined ? null : Number(month) * 100 + Number(day)
}
