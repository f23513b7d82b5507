/*
 * What an address or a number is for, in one word or two. Programs say it in types of vCard, in labels of their own
 * ("_$!<Home>!$_", "* Work"), and in every language.
 */

/** Says nothing about what it is for. */
const SILENT = new Set([
  'internet',
  'voice',
  'pref',
  'x400',
  'dom',
  'intl',
  'postal',
  'parcel',
  'text',
  'msg',
  'x-other',
])
const FIRST = ['home', 'work']

const SAME: Record<string, string> = {
  mobile: 'cell',
  iphone: 'cell',
  handy: 'cell',
  mobil: 'cell',
  cellular: 'cell',
  mobiel: 'cell',
  móvil: 'cell',
  portable: 'cell',
  business: 'work',
  office: 'work',
  arbeit: 'work',
  geschäftlich: 'work',
  dienstlich: 'work',
  beruflich: 'work',
  werk: 'work',
  travail: 'work',
  trabajo: 'work',
  personal: 'home',
  private: 'home',
  privat: 'home',
  zuhause: 'home',
  thuis: 'home',
  domicile: 'home',
  casa: 'home',
  sonstige: 'other',
  andere: 'other',
  autre: 'other',
  otro: 'other',
  homepage: 'home page',
}

/** The words that vCard has a type for; any other is a label of its own. */
export const TYPE_WORDS: ReadonlySet<string> = new Set([
  'home',
  'work',
  'cell',
  'fax',
  'pager',
  'video',
  'car',
  'other',
])

/** One label out of the types of a property: `HOME,FAX` is "home fax". */
export function labelOfTypes(types: readonly string[]): string {
  const words = [...new Set(types.map((type) => type.trim().toLowerCase()))]
    .filter((type) => type !== '' && !SILENT.has(type))
    .map((type) => SAME[type] ?? type.replace(/^x-/, ''))
  const known = [...new Set(words)].filter((word) => TYPE_WORDS.has(word))
  if (known.length === 0) return words[0] ?? ''
  return [
    ...FIRST.filter((word) => known.includes(word)),
    ...known.filter((word) => !FIRST.includes(word)),
  ].join(' ')
}

/** A label as a person or a program wrote it. */
export function labelOfText(written: string): string {
  const builtIn = /^_\$!<(.*)>!\$_$/.exec(written.trim())?.[1]
  const plain = (builtIn ?? written).replace(/^[\s*]+/, '').trim()
  const lower = plain.toLowerCase()
  const words = lower.split(/\s+/).map((word) => SAME[word] ?? word)
  if (words.every((word) => TYPE_WORDS.has(word))) return labelOfTypes(words)
  if (lower === 'homefax' || lower === 'workfax') return `${lower.slice(0, 4)} fax`
  return SAME[lower] ?? (builtIn === undefined ? plain : lower)
}
