// runs once
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Fastify from 'fastify'
import type { AppContext } from '../../../contracts/contract.ts'
import { starter } from '../../../contracts/starter/contract.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { failuresInDocument, failuresOnPage, operationsOf, resolveIn, sectionsOf } from '../page.ts'
import { newPerson, signUp } from './support.ts'

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

let server: TestServer
let document: any
let page: string
before(async () => {
  // Where a provider is set up, its route is there; this one is not asked before somebody comes back from it.
  server = await startLatchkey({ env: { OAUTH_GITHUB_CLIENT_ID: 'x', OAUTH_GITHUB_CLIENT_SECRET: 'y' } })
  document = (await server.visitor().get('/starter/openapi.json')).body
  page = await readFile(new URL('../../../contracts/starter/README.md', import.meta.url), 'utf8')
})
after(() => server.close())

test('the starter API serves what its page documents, and documents what it serves', async () => {
  const documented = sections().map(({ route }) => route)
  assert.ok(documented.length >= 7)
  assert.deepEqual(documented.toSorted(), (await routesOf()).toSorted())
  for (const route of documented) {
    const [method = '', path] = route.split(' ')
    const answer = await server.visitor().send(method, `/starter${path?.replace('{provider}', 'github')}`)
    assert.notEqual(answer.status, 404, route)
  }
})

test('the OpenAPI document lists exactly the routes that are served', async () => {
  const listed = operations().map(({ route }) => route)
  assert.deepEqual(listed.toSorted(), (await routesOf()).toSorted())
})

test('the page and the OpenAPI document name the same failures for each route', () => {
  assert.deepEqual(failuresOnPage(page), failuresInDocument(document))
})

test('the page names the status of success that the document has', () => {
  for (const { route, operation } of operations()) {
    const { text = '' } = sections().find((section) => section.route === route) ?? {}
    const good = Object.keys(operation.responses).filter((status) => Number(status) < 400)
    assert.deepEqual([...new Set(text.match(/\b2\d\d(?= `)|\b302(?= to the provider)/g))], good, route)
  }
})

test('the document has the structure of OpenAPI 3.1, and nothing in it points nowhere', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/)
  assert.equal(typeof document.info.title, 'string')
  assert.equal(typeof document.info.version, 'string')
  assert.deepEqual(document.servers, [{ url: `${server.url}/starter` }])
  assert.deepEqual(document.components.securitySchemes, {
    cookie: { type: 'apiKey', in: 'cookie', name: 'token' },
  })
  const known = [
    'openapi',
    'info',
    'jsonSchemaDialect',
    'servers',
    'paths',
    'webhooks',
    'components',
    'security',
    'tags',
    'externalDocs',
  ]
  for (const key of Object.keys(document)) assert.ok(known.includes(key), key)
  for (const [path, methods] of Object.entries(document.paths)) {
    assert.match(path, /^\/api\//)
    for (const method of Object.keys(methods as object)) assert.ok(METHODS.includes(method), method)
  }
  for (const { route, operation } of operations()) {
    assert.equal(typeof operation.summary, 'string', route)
    assert.ok(Object.keys(operation.responses).length > 0, route)
    for (const [status, response] of Object.entries<any>(operation.responses)) {
      assert.match(status, /^[1-5]\d\d$/)
      assert.equal(typeof resolve(response).description, 'string', `${route} ${status}`)
    }
    for (const one of operation.security ?? []) {
      for (const name of Object.keys(one)) assert.ok(document.components.securitySchemes[name], name)
    }
  }
  for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    assert.ok(
      pointer.split('/').reduce((at, key) => at?.[key], document),
      pointer,
    )
  }
})

test('every schema of the document is one of JSON Schema 2020-12', () => {
  const ajv = new Ajv2020({ strict: false })
  const contents = operations().flatMap(({ operation }) => [
    operation.requestBody?.content,
    ...Object.values<any>(operation.responses).map((response) => resolve(response).content),
  ])
  const schemas = contents.filter(Boolean).map((content) => content['application/json'].schema)
  assert.ok(schemas.length > 20)
  for (const schema of schemas) assert.ok(ajv.validateSchema(schema), JSON.stringify([schema, ajv.errors]))
})

test('only the routes for signed-in people ask for the cookie', () => {
  const guarded = operations().filter(({ operation }) => operation.security)
  assert.deepEqual(guarded.map(({ route }) => route).toSorted(), [
    'DELETE /api/auth/account',
    'GET /api/auth/me',
  ])
  for (const { operation } of guarded) assert.deepEqual(operation.security, [{ cookie: [] }])
})

test('what is really answered is what the document says', async () => {
  const ajv = new Ajv2020({ strict: false })
  const holds = (route: string, { status, body }: { status: number; body: unknown }) => {
    const { operation } = operations().find((one) => one.route === route) ?? {}
    const schema = resolve(operation.responses[status])?.content['application/json'].schema
    assert.ok(schema, `${route} does not document ${status}`)
    assert.ok(ajv.validate(schema, body), `${route}: ${JSON.stringify([body, ajv.errors])}`)
  }
  const { visitor, username, email, password } = await signUp(server)
  const post = (path: string, body: object) => visitor.post(`/starter/api/auth/${path}`, body)
  holds('GET /api/health', await visitor.get('/starter/api/health'))
  holds('GET /api/auth/providers', await visitor.get('/starter/api/auth/providers'))
  holds('GET /api/auth/me', await visitor.get('/starter/api/auth/me'))
  holds('GET /api/auth/me', await server.visitor().get('/starter/api/auth/me'))
  holds('POST /api/auth/register', await post('register', newPerson()))
  holds('POST /api/auth/register', await post('register', { username, email, password }))
  holds('POST /api/auth/register', await post('register', {}))
  holds('POST /api/auth/login', await post('login', { username, password }))
  holds('POST /api/auth/login', await post('login', { username, password: 'wrong' }))
  holds('POST /api/auth/send-code', await post('send-code', { email }))
  holds('POST /api/auth/verify-code', await post('verify-code', { email, code: 'wrong!' }))
  holds('POST /api/auth/verify-code', await post('verify-code', { email, code: '' }))
  holds('POST /api/auth/forgot-password', await post('forgot-password', { email }))
  holds('POST /api/auth/reset-password', await post('reset-password', { token: 'x', password }))
  holds('DELETE /api/auth/account', await visitor.delete('/starter/api/auth/account'))
  holds('DELETE /api/auth/account', await visitor.delete('/starter/api/auth/account'))
  holds('POST /api/auth/logout', await post('logout', {}))
})

test('with the extras on, and no address asked for, the document says so', async () => {
  const own = await startLatchkey({ env: { STARTER_EXTRAS: 'true', AUTH_PASSWORD_REQUIRE_EMAIL: 'false' } })
  try {
    const { body } = await own.visitor().get('/starter/openapi.json')
    const { requestBody, responses } = body.paths['/api/auth/register'].post
    assert.deepEqual(requestBody.content['application/json'].schema.required, ['username', 'password'])
    const { properties } = responses['201'].content['application/json'].schema.properties.user
    assert.deepEqual(Object.keys(properties), ['id', 'username', 'email', 'display_name', 'created_at'])
    assert.match(responses['409'].description, /^Username or email already taken \/ Username already taken$/)
  } finally {
    await own.close()
  }
})

test('the page about the app loads its parts from here alone', async () => {
  const visitor = server.visitor()
  const answer = await visitor.get('/starter/docs')
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'self'/)
  const parts = [...answer.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part)
  assert.ok(parts.length >= 3)
  for (const part of parts.filter((part) => part.startsWith('/starter/'))) {
    const { status, headers } = await visitor.get(part)
    assert.equal(status, 200, part)
    assert.match(
      headers.get('content-type') ?? '',
      part.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
    )
  }
  for (const part of parts) assert.match(part, /^\/[^/]/)
  assert.match((await visitor.get('/starter/docs/start.js')).text, /\/starter\/openapi\.json/)
})

/** Every route that the contract gives to the server: `GET /api/health`. */
async function routesOf(): Promise<string[]> {
  const routes: string[] = []
  const fastify = Fastify({ exposeHeadRoutes: false })
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`)
  })
  const settings = { isEmailRequired: true, areExtrasOn: false, isCsrfTokenDue: false }
  starter.routes(fastify, { settings, app: {}, realm: {}, engine: {} } as unknown as AppContext)
  await fastify.close()
  return routes
}

const sections = () => sectionsOf(page)
const operations = () => operationsOf(document)
const resolve = (response: any) => resolveIn(document, response)
