import { Ajv, type ValidateFunction } from 'ajv'
import build from 'fast-json-stringify'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { formats } from '../../contracts/formats.ts'

const options = { strict: false, allErrors: true, removeAdditional: false, useDefaults: true } as const
/** Bodies are taken as they are: a number is no string, and an unknown key is whatever the schema says of it. */
const exact = new Ajv({ ...options, coerceTypes: false })
/** What comes in an URL is text; numbers and flags are read from it. */
for (const [name, validate] of Object.entries(formats)) exact.addFormat(name, validate)
const coercing = new Ajv({ ...options, coerceTypes: 'array' })

/**
 * Compiles a schema when its route is first called: a server with all its routes starts in the time that a
 * few of them would take.
 */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  let compiled: ValidateFunction | undefined
  const validate = (data: unknown): boolean => {
    compiled ??= (httpPart === 'body' ? exact : coercing).compile(schema)
    const isValid = compiled(data) as boolean
    validate.errors = compiled.errors
    return isValid
  }
  validate.errors = null as ValidateFunction['errors']
  return validate
}

/** Writes an answer as its schema says, and nothing that the schema does not name; problems as they are. */
export const compileSerializer: FastifySerializerCompiler<object> = ({ schema, httpStatus }) => {
  if (Number(httpStatus) >= 400) return JSON.stringify
  let compiled: ((data: unknown) => string) | undefined
  return (data) => {
    compiled ??= build(schema) as (data: unknown) => string
    return compiled(data)
  }
}
