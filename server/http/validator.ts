import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'

const options = { strict: false, allErrors: true, removeAdditional: false, useDefaults: true } as const
/** Bodies are taken as they are: a number is no string, and an unknown key is whatever the schema says of it. */
const exact = new Ajv({ ...options, coerceTypes: false })
/** What comes in an URL is text; numbers and flags are read from it. */
const coercing = new Ajv({ ...options, coerceTypes: 'array' })

export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }): ValidateFunction =>
  (httpPart === 'body' ? exact : coercing).compile(schema)
