import { type TObject, type TSchema, Type } from 'typebox'
import { parseEmailAddress } from '../../engine/accounts/email-address.ts'

/**
 * Reads bodies and queries, and tells what is wrong with them as FastAPI with Pydantic 2 does: everything at once,
 * in the order of the fields. One description of a form makes both the checks and the schema for OpenAPI.
 */

/** One thing that is wrong: the document shows each. */
export interface Wrong {
  type: string
  loc: (string | number)[]
  msg: string
  input: unknown
  ctx?: Record<string, unknown>
}

export interface Field {
  type: 'string' | 'email' | 'boolean' | 'integer' | 'object'
  description?: string
  isOptional?: boolean
  isNullable?: boolean
  isTrimmed?: boolean
  /** In code points. */
  lengthMin?: number
  lengthMax?: number
  min?: number
  max?: number
  oneOf?: readonly string[]
}

type Fields = Record<string, Field>
type Plain<F extends Field> = F['type'] extends 'boolean'
  ? boolean
  : F['type'] extends 'integer'
    ? number
    : F['type'] extends 'object'
      ? Record<string, unknown>
      : string
type ValueOf<F extends Field> =
  | Plain<F>
  | (F extends { isNullable: true } ? null : never)
  | (F extends { isOptional: true } ? undefined : never)
export type FormValue<F extends Fields> = { [Name in keyof F]: ValueOf<F[Name]> }

type Read<T> = { ok: true; value: T } | { ok: false; wrongs: Wrong[] }

export interface Form<F extends Fields> {
  schema: TObject
  read(given: unknown, place?: 'body' | 'query'): Read<FormValue<F>>
}

/** A body that is not said to be JSON, as text: only forms are read, and only where a form is asked for. */
export class OtherBody {
  readonly text: string
  readonly contentType: string | undefined

  constructor(text: string, contentType: string | undefined) {
    this.text = text
    this.contentType = contentType
  }
}

export function defineForm<const F extends Fields>(fields: F): Form<F> {
  return {
    schema: Type.Object(
      Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
    ),
    read(given, place = 'body') {
      const whole = wrongWhole(given, place)
      if (whole) return { ok: false, wrongs: [whole] }
      const values: Record<string, unknown> = {}
      const wrongs: Wrong[] = []
      for (const [name, field] of Object.entries(fields)) {
        const value = Object.hasOwn(given as object, name) ? (given as never)[name] : undefined
        const loc = [place, name]
        const result = readField(field, value, place)
        if (result === MISSING) {
          const input = place === 'query' ? null : maskSecrets(given)
          wrongs.push({ type: 'missing', loc, msg: 'Field required', input })
        } else if ('value' in result) values[name] = result.value
        else wrongs.push({ ...result, loc, input: SECRET.has(name) ? MASK : maskSecrets(value) })
      }
      if (wrongs.length > 0) return { ok: false, wrongs }
      return { ok: true, value: values as FormValue<F> }
    },
  }
}

function wrongWhole(given: unknown, place: 'body' | 'query'): Wrong | undefined {
  if (given === undefined || given === null) {
    return { type: 'missing', loc: [place], msg: 'Field required', input: null }
  }
  if (typeof given === 'object' && !Array.isArray(given) && !(given instanceof OtherBody)) return undefined
  const msg = 'Input should be a valid dictionary or object to extract fields from'
  return { type: 'model_attributes_type', loc: [place], msg, input: maskUnnamed(given) }
}

const MISSING = Symbol('missing')
type Finding = { value: unknown } | { type: string; msg: string; ctx?: Record<string, unknown> }

function readField(field: Field, given: unknown, place: 'body' | 'query'): Finding | typeof MISSING {
  if (given === undefined) return field.isOptional ? { value: undefined } : MISSING
  if (given === null && field.isNullable) return { value: null }
  switch (field.type) {
    case 'boolean':
      return place === 'query' ? parseBoolean(given) : readBoolean(given)
    case 'integer':
      return readInteger(field, place === 'query' ? parseInteger(given) : given, place)
    case 'object':
      if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { value: given }
      return { type: 'dict_type', msg: 'Input should be a valid dictionary' }
    default:
      return readText(field, given)
  }
}

function readText(field: Field, given: unknown): Finding {
  if (typeof given !== 'string') return { type: 'string_type', msg: 'Input should be a valid string' }
  const { type, isTrimmed = type === 'email', lengthMin = 0, lengthMax = Infinity, oneOf } = field
  const text = isTrimmed ? given.trim() : given
  const length = [...text].length
  if (length < lengthMin) return tooShort(lengthMin)
  if (length > lengthMax) return tooLong(lengthMax)
  if (oneOf && !oneOf.includes(text)) {
    const expected = oneOf.map((one) => `'${one}'`).join(' or ')
    return { type: 'literal_error', msg: `Input should be ${expected}`, ctx: { expected } }
  }
  const reason = type === 'email' ? whyNoAddress(text) : undefined
  return reason === undefined ? { value: text } : notAnAddress(reason)
}

export function tooShort(lengthMin: number): { type: string; msg: string; ctx: Record<string, unknown> } {
  return {
    type: 'string_too_short',
    msg: `String should have at least ${characters(lengthMin)}`,
    ctx: { min_length: lengthMin },
  }
}

export function tooLong(lengthMax: number): { type: string; msg: string; ctx: Record<string, unknown> } {
  return {
    type: 'string_too_long',
    msg: `String should have at most ${characters(lengthMax)}`,
    ctx: { max_length: lengthMax },
  }
}

const characters = (count: number): string => (count === 1 ? '1 character' : `${count} characters`)

export function notAnAddress(reason: string): { type: string; msg: string; ctx: Record<string, unknown> } {
  return { type: 'value_error', msg: `value is not a valid email address: ${reason}`, ctx: { reason } }
}

/** What the rules of the house refuse, beyond form. */
export function refused(error: string): { type: string; msg: string; ctx: Record<string, unknown> } {
  return { type: 'value_error', msg: `Value error, ${error}`, ctx: { error } }
}

function whyNoAddress(text: string): string | undefined {
  if (parseEmailAddress(text)) return undefined
  const at = text.lastIndexOf('@')
  if (at < 0) return 'An email address must have an @-sign.'
  if (at === 0) return 'There must be something before the @-sign.'
  if (at === text.length - 1) return 'There must be something after the @-sign.'
  const isLocalPartFine = parseEmailAddress(`${text.slice(0, at)}@example.org`) !== undefined
  return `The part ${isLocalPartFine ? 'after' : 'before'} the @-sign is not valid.`
}

function readBoolean(given: unknown): Finding {
  return typeof given === 'boolean'
    ? { value: given }
    : { type: 'bool_type', msg: 'Input should be a valid boolean' }
}

function parseBoolean(given: unknown): Finding {
  const text = String(given).toLowerCase()
  if (/^(true|1|yes|on|t|y)$/.test(text)) return { value: true }
  if (/^(false|0|no|off|f|n)$/.test(text)) return { value: false }
  return { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' }
}

const parseInteger = (given: unknown): unknown =>
  typeof given === 'string' && /^[+-]?\d{1,15}$/.test(given.trim()) ? Number(given) : undefined

function readInteger({ min, max }: Field, given: unknown, place: 'body' | 'query'): Finding {
  if (!Number.isSafeInteger(given)) {
    const msg = 'Input should be a valid integer'
    return place === 'query'
      ? { type: 'int_parsing', msg: `${msg}, unable to parse string as an integer` }
      : { type: 'int_type', msg }
  }
  const value = given as number
  if (min !== undefined && value < min) {
    const msg = `Input should be greater than or equal to ${min}`
    return { type: 'greater_than_equal', msg, ctx: { ge: min } }
  }
  if (max !== undefined && value > max) {
    return { type: 'less_than_equal', msg: `Input should be less than or equal to ${max}`, ctx: { le: max } }
  }
  return { value }
}

/** What a document of ours never sends back. */
const SECRET = new Set(['password', 'old_password', 'new_password', 'otp', 'token', 'referrer'])
const MASK = '***'

function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, SECRET.has(key) ? MASK : maskSecrets(inner)]),
  )
}

/** A text that stands alone may be anything, a password too. */
function maskUnnamed(value: unknown): unknown {
  if (value instanceof OtherBody || typeof value === 'string') return MASK
  return Array.isArray(value) ? value.map(maskUnnamed) : maskSecrets(value)
}

function schemaOf(field: Field): TSchema {
  const { description, lengthMin, lengthMax, min, max, oneOf } = field
  const told = { ...(description !== undefined && { description }) }
  const lengths = {
    ...(lengthMin !== undefined && { minLength: lengthMin }),
    ...(lengthMax !== undefined && { maxLength: lengthMax }),
  }
  const plain = {
    boolean: () => Type.Boolean(told),
    integer: () =>
      Type.Integer({
        ...told,
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      }),
    object: () => Type.Object({}, { ...told, additionalProperties: true }),
    string: () => Type.String({ ...told, ...lengths, ...(oneOf && { enum: [...oneOf] }) }),
    email: () => Type.String({ ...told, ...lengths, format: 'email' }),
  }[field.type]()
  const schema = field.isNullable ? Type.Union([plain, Type.Null()]) : plain
  return field.isOptional ? Type.Optional(schema) : schema
}
