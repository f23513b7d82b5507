// runs once
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { failuresInDocument, failuresOnPage, operationsOf, resolveIn, sectionsOf } from '../page.ts'
import { AUTH, admin, bearer, login, setUp } from './support.ts'

let server: TestServer
let document: any
let page: string
before(async () => {
  server = await startLatchkey()
  document = (await server.visitor().get('/salon/openapi.json')).body
  page = await readFile(new URL('../../../contracts/salon/README.md', import.meta.url), 'utf8')
})
after(() => server.close())

test('the salon API serves what its page documents, and documents what it serves', async () => {
  const documented = sectionsOf(page).map(({ route }) => route)
  assert.equal(documented.length, 12)
  assert.deepEqual(
    documented.toSorted(),
    operationsOf(document)
      .map(({ route }) => route)
      .toSorted(),
  )
  for (const route of documented) {
    const [method = '', path] = route.split(' ')
    assert.notEqual((await server.visitor().send(method, `/salon${path}`)).status, 404, route)
  }
})

test('the page and the OpenAPI document name the same failures for each route', () => {
  assert.deepEqual(failuresOnPage(page), failuresInDocument(document))
})

test('the only credential is a bearer token', () => {
  assert.deepEqual(document.components.securitySchemes, { bearer: { type: 'http', scheme: 'bearer' } })
})

test('what is really answered is what the document says', async () => {
  const ajv = new Ajv2020({ strict: false })
  const holds = (route: string, { status, body }: { status: number; body: unknown }) => {
    const { operation } = operationsOf(document).find((one) => one.route === route) ?? {}
    const schema = resolveIn(document, operation.responses[status])?.content['application/json'].schema
    assert.ok(schema, `${route} does not document ${status}`)
    assert.ok(ajv.validate(schema, body), `${route}: ${JSON.stringify([body, ajv.errors])}`)
  }
  const visitor = server.visitor()
  holds('GET /api/auth/setup-status', await visitor.get(`${AUTH}/setup-status`))
  holds('POST /api/auth/setup', await visitor.post(`${AUTH}/setup`, {}))
  const token = await setUp(server)
  holds('POST /api/auth/setup', await visitor.post(`${AUTH}/setup`, {}))
  const mobile = await login(visitor, admin, { mobile: true })
  holds('POST /api/auth/login', mobile)
  holds('POST /api/auth/login', await login(visitor, { ...admin, password: 'wrong' }))
  const { refresh_token } = mobile.body
  holds('POST /api/auth/refresh', await visitor.post(`${AUTH}/refresh`, { refresh_token }))
  holds('POST /api/auth/refresh', await visitor.post(`${AUTH}/refresh`, { refresh_token: 'x' }))
  holds('GET /api/auth/users', await visitor.get(`${AUTH}/users`, bearer(token)))
  holds('GET /api/auth/users', await visitor.get(`${AUTH}/users?page=1`, bearer(token)))
  holds('GET /api/auth/users', await visitor.get(`${AUTH}/users`))
  const kim = { email: 'kim@salon.example', name: 'Kim' }
  holds('POST /api/auth/register', await visitor.post(`${AUTH}/register`, kim, bearer(token)))
  holds('POST /api/auth/register', await visitor.post(`${AUTH}/register`, kim, bearer(token)))
  holds(
    'POST /api/auth/forgot-password',
    await visitor.post(`${AUTH}/forgot-password`, { email: admin.email }),
  )
  holds('POST /api/auth/logout', await visitor.post(`${AUTH}/logout`, {}, bearer(token)))
})
