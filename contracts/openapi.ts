import { STATUS_CODES } from 'node:http'
import type { RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import type { AppFacts, Contract } from './contract.ts'

interface RouteSchema {
  summary?: string
  description?: string
  tags?: string[]
  body?: TSchema
  querystring?: TSchema & { properties?: Record<string, TSchema>; required?: string[] }
  params?: TSchema & { properties?: Record<string, TSchema> }
  response?: Record<string, TSchema & { description?: string }>
}

/** The OpenAPI 3.1 document of an app, from the very schemas that validate its requests and write its answers. */
export function openapiDocument(
  contract: Contract,
  app: AppFacts,
  version: string,
  routes: RouteOptions[],
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    if (route.config?.isHidden) continue
    const path = pathOf(route, app)
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || method === 'OPTIONS') continue
      paths[path] ??= {}
      paths[path][method.toLowerCase()] = operationOf(contract, route)
    }
  }
  const cookie = { type: 'apiKey', in: 'cookie', name: contract.credential.cookie(app) }
  const bearer = { type: 'http', scheme: 'bearer' }
  return {
    openapi: '3.1.0',
    info: { title: contract.title, version, description: contract.summary },
    servers: [{ url: app.url }],
    paths,
    components: {
      securitySchemes: { cookie, ...(contract.credential.isBearerTaken && { bearer }) },
    },
  }
}

function pathOf({ url }: RouteOptions, { prefix }: AppFacts): string {
  const own = url.startsWith(prefix) ? url.slice(prefix.length) : url
  return own.replaceAll(/:(\w+)/g, '{$1}') || '/'
}

function operationOf(contract: Contract, route: RouteOptions): Record<string, unknown> {
  const { summary, description, tags, body, querystring, params, response } = (route.schema ??
    {}) as RouteSchema
  const parameters = [
    ...Object.entries(params?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema,
    })),
    ...Object.entries(querystring?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: querystring?.required?.includes(name) ?? false,
      schema,
    })),
  ]
  const ways = [{ cookie: [] }, ...(contract.credential.isBearerTaken ? [{ bearer: [] }] : [])]
  return {
    summary,
    description,
    tags,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(contract, response ?? {}),
    ...(route.config?.access !== 'public' && { security: ways }),
  }
}

function responsesOf(
  contract: Contract,
  response: NonNullable<RouteSchema['response']>,
): Record<string, unknown> {
  const { contentType: problemType } = contract.renderProblem({ code: 'internal' }, '')
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => {
      const contentType = Number(status) < 400 ? 'application/json' : problemType.split(';')[0]
      const description = schema.description ?? STATUS_CODES[status] ?? status
      return [status, { description, content: { [contentType ?? 'application/json']: { schema } } }]
    }),
  )
}
