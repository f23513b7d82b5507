import type { ImportedPerson, Leftover } from '../imported-person.ts'

/** What our own export could not put into a column, see `write.ts`. Somebody may have edited it. */
export function readOurData(person: ImportedPerson, name: string, value: string): void {
  const data = parseObject(value)
  if (data === undefined) {
    person.leftovers.push({ source: 'csv', name, value })
    return
  }
  const { leftovers, relations, addresses, members } = data
  person.leftovers.push(...itemsOf(leftovers, ['source', 'name', 'value']).map(toLeftover))
  person.relations.push(...itemsOf(relations, ['type', 'uid', 'name']))
  person.addresses.push(
    ...itemsOf(addresses, ['label', 'streetAddress', 'locality', 'region', 'postalCode', 'countryName']),
  )
  person.members.push(...itemsOf(members, ['uid', 'email']))
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Only what has the texts that it must have, and nothing else of it. */
function itemsOf<K extends string>(
  value: unknown,
  keys: readonly K[],
): Record<K | 'group' | 'parameters', string>[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, ITEMS_MAX).flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return []
    const record = item as Record<string, unknown>
    if (!keys.every((key) => typeof record[key] === 'string')) return []
    const kept = [...keys, 'group', 'parameters'].filter((key) => typeof record[key] === 'string')
    return [
      Object.fromEntries(kept.map((key) => [key, record[key]])) as Record<K | 'group' | 'parameters', string>,
    ]
  })
}

const ITEMS_MAX = 1_000

function toLeftover(item: Record<'source' | 'name' | 'value' | 'group' | 'parameters', string>): Leftover {
  const { source, name, value, group = '', parameters = '' } = item
  return source === 'csv' ? { source, name, value } : { source: 'vcard', name, group, parameters, value }
}
