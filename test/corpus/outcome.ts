import { createHash } from 'node:crypto'
import type { ImportedPerson, Warning } from '../../engine/contacts/import/imported-person.ts'
import { describeReading, readContacts } from '../../engine/contacts/import/read-contacts.ts'

const LONG = 400

/** What comes out of a file, short enough to be read by people: only what is set, warnings by code, pictures by digest. */
export async function outcomeOf(chunks: Uint8Array[]): Promise<object> {
  const reading = await readContacts(chunks)
  const { people, report } = reading
  const outcome: object[] = []
  for await (const person of people) outcome.push(brief(person))
  return {
    read_as: describeReading(reading),
    ...(report.warnings.length === 0 ? {} : { warnings: codes(report.warnings) }),
    people: outcome,
  }
}

function brief(person: ImportedPerson): object {
  const set = Object.entries(person).filter(
    ([key, value]) =>
      value !== '' &&
      value !== null &&
      !(Array.isArray(value) && value.length === 0) &&
      !['position', 'line'].includes(key),
  )
  return Object.fromEntries(set.map(([key, value]) => [key, briefValue(key, value)]))
}

function briefValue(key: string, value: unknown): unknown {
  if (key === 'warnings') return codes(value as Warning[])
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'string' && inner.length > LONG) return `${inner.length} letters, ${digest(inner)}`
      if (isBytes(inner)) return `${inner.data.length} bytes, ${digest(Buffer.from(inner.data))}`
      return inner
    }),
  )
}

/** JSON asks a Buffer for its own form before it asks us. */
function isBytes(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value
  )
}

function codes(warnings: Warning[]): string[] {
  return warnings.map(({ property, code }) => (property === '' ? code : `${property}: ${code}`))
}

function digest(of: string | Buffer): string {
  return `SHA-256 ${createHash('sha256').update(of).digest('hex').slice(0, 16)}…`
}
