import { STATUS_CODES } from 'node:http'
import type { RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import type { AppFacts, Contract } from './contract.ts'

interface RouteSchema {
  summary?: string
  description?: string
  tags?: string[]
  /** Content types of the body; JSON if left out. */
  consumes?: string[]
  body?: TSchema
  /** A body that the route reads itself. */
  form?: TSchema
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
  const responses = shareProblems(paths)
  const { cookie: cookieName, isBearerTaken, otherCookies = [] } = contract.credential
  const cookie = { type: 'apiKey', in: 'cookie', name: cookieName?.(app) }
  const others = otherCookies.map((name) => [name, { type: 'apiKey', in: 'cookie', name }])
  const bearer = { type: 'http', scheme: 'bearer' }
  return {
    openapi: '3.1.0',
    info: { title: contract.title, version, description: contract.summary },
    servers: [{ url: app.url }],
    paths,
    components: {
      responses,
      securitySchemes: {
        ...(cookieName && { cookie }),
        ...(isBearerTaken && { bearer }),
        ...Object.fromEntries(others),
      },
    },
  }
}

function pathOf({ url }: RouteOptions, { prefix }: AppFacts): string {
  const own = url.startsWith(prefix) ? url.slice(prefix.length) : url
  return own.replaceAll(/:(\w+)/g, '{$1}') || '/'
}

function operationOf(contract: Contract, route: RouteOptions): Record<string, unknown> {
  const {
    summary,
    description,
    tags,
    consumes = ['application/json'],
    form,
    body = form,
    querystring,
    params,
    response,
  } = (route.schema ?? {}) as RouteSchema
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
  const { cookie, isBearerTaken } = contract.credential
  const ways = [...(cookie ? [{ cookie: [] }] : []), ...(isBearerTaken ? [{ bearer: [] }] : [])]
  return {
    summary,
    description,
    tags,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: Object.fromEntries(consumes.map((type) => [type, { schema: body }])),
      },
    }),
    responses: responsesOf(contract, response ?? {}),
    ...(route.config?.access !== 'public' && { security: ways }),
  }
}

/** Says once, and refers to it, what several routes answer word for word: most problems are everywhere the same. */
function shareProblems(paths: Record<string, Record<string, unknown>>): Record<string, unknown> {
  const holders = Object.values(paths)
    .flatMap((operations) => Object.values(operations) as { responses: Record<string, unknown> }[])
    .flatMap(({ responses }) =>
      Object.entries(responses).map(([status, said]) => ({ responses, status, said })),
    )
    .filter(({ status }) => Number(status) >= 400)
  const shared: Record<string, unknown> = {}
  for (const alike of Object.values(Object.groupBy(holders, ({ said }) => JSON.stringify(said)))) {
    const [first, second] = alike ?? []
    if (!first || !second) continue
    const others = Object.keys(shared).filter((name) => name.startsWith(`Problem${first.status}`)).length
    const name = `Problem${first.status}${others === 0 ? '' : `-${others + 1}`}`
    shared[name] = first.said
    for (const { responses, status } of alike ?? [])
      responses[status] = { $ref: `#/components/responses/${name}` }
  }
  return shared
}

function responsesOf(
  contract: Contract,
  response: NonNullable<RouteSchema['response']>,
): Record<string, unknown> {
  const { contentType: problemType } = contract.renderProblem({ code: 'internal' }, { requestId: '' })
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => {
      const { contentMediaType = 'application/json' } = schema as { contentMediaType?: string }
      const contentType = Number(status) < 400 ? contentMediaType : problemType.split(';')[0]
      const description = schema.description ?? STATUS_CODES[status] ?? status
      if ((schema as { type?: string }).type === 'null') return [status, { description }]
      return [status, { description, content: { [contentType ?? 'application/json']: { schema } } }]
    }),
  )
}
