// runs once
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { TestServer } from '../../support/latchkey.ts'
import { formOf, pngClaiming, pngOf } from '../../support/pictures.ts'
import type { Answer, Send } from '../../support/visitor.ts'
import { failuresInDocument, failuresOnPage, operationsOf, resolveIn, sectionsOf } from '../page.ts'
import { BASE, login, newcomer, newUser, register, startCommunity } from './support.ts'

let server: TestServer
let document: any
let page: string
before(async () => {
  server = await startCommunity()
  document = (await server.visitor().get(`${BASE}/openapi.json`)).body
  page = await readFile(new URL('../../../contracts/community/README.md', import.meta.url), 'utf8')
})
after(() => server.close())

test('the community API serves what its page documents, and documents what it serves', async () => {
  const documented = sectionsOf(page).map(({ route }) => route)
  assert.ok(documented.length >= 23)
  assert.deepEqual(
    documented.toSorted(),
    operationsOf(document)
      .map(({ route }) => route)
      .toSorted(),
  )
  for (const route of documented.filter((one) => !one.includes('eventstream'))) {
    const [method = '', path] = route.split(' ')
    const answer = await server.visitor().send(method, `${BASE}${path}`)
    assert.ok(answer.body.code !== 'system:not_found' && answer.status !== 405, route)
  }
})

test('the page and the OpenAPI document name the same failures for each route', () => {
  assert.deepEqual(failuresOnPage(page), failuresInDocument(document))
})

test('every schema of the document can be compiled', () => {
  const ajv = new Ajv2020({ strict: false })
  for (const { route, operation } of operationsOf(document)) {
    const body = operation.requestBody?.content['application/json']?.schema
    const parameters = (operation.parameters ?? []).map(({ schema }: { schema: object }) => schema)
    for (const schema of [body, ...parameters].filter(Boolean)) assert.ok(ajv.compile(schema), route)
  }
})

test('what is really answered is what the document says', async () => {
  const ajv = new Ajv2020({ strict: false })
  const holds = (route: string, { status, body, text }: Answer) => {
    const { operation } = operationsOf(document).find((one) => one.route === route) ?? {}
    const response = resolveIn(document, operation.responses[status])
    assert.ok(response, `${route} does not document ${status}: ${text}`)
    const schema = response.content?.['application/json'].schema
    if (!schema) assert.equal(text, '', `${route} ${status}`)
    else assert.ok(ajv.validate(schema, body), `${route}: ${JSON.stringify([body, ajv.errors])}`)
  }
  const { visitor, ...person } = await newcomer(server)
  const stranger = server.visitor()
  const to = (path: string) => `${BASE}${path}`
  holds('GET /health-check', await stranger.get(to('/health-check')))
  holds('POST /v0/users', await register(stranger, newUser()))
  holds('POST /v0/users', await register(stranger, person))
  holds('POST /v0/users', await register(stranger, {}))
  holds('POST /v0/auth/login', await login(stranger, { ...person, password: 'wrong' }))
  holds('GET /v0/user/me', await visitor.get(to('/v0/user/me')))
  holds('GET /v0/user/me', await server.visitor().get(to('/v0/user/me')))
  holds('PATCH /v0/user/me', await visitor.patch(to('/v0/user/me'), { bio: 'hello' }))
  holds('PATCH /v0/user/me', await visitor.patch(to('/v0/user/me'), { bio: '' }))
  holds('GET /v0/search/users', await stranger.get(to('/v0/search/users?q=hello')))
  holds('GET /v0/search/users', await stranger.get(to('/v0/search/users?page=0')))
  holds('GET /v0/users/profile', await stranger.get(to(`/v0/users/profile?handle=${person.handle}`)))
  holds('GET /v0/users/profile', await stranger.get(to('/v0/users/profile?handle=nobody_here')))
  const free = to(`/v0/users/handle/${person.handle}/available`)
  holds('GET /v0/users/handle/{handle}/available', await stranger.get(free))
  holds('GET /v0/auth/totp/status', await visitor.get(to('/v0/auth/totp/status')))
  holds('POST /v0/auth/totp/setup', await visitor.post(to('/v0/auth/totp/setup')))
  holds('POST /v0/auth/totp/enable', await visitor.post(to('/v0/auth/totp/enable'), { code: '000000' }))
  const token = { token: person.verification }
  holds('POST /v0/auth/verify-email', await stranger.post(to('/v0/auth/verify-email'), token))
  holds('POST /v0/auth/verify-email', await stranger.post(to('/v0/auth/verify-email'), token))
  for (const image of ['profile-image', 'banner-image']) {
    const upload = (what: Send) => visitor.send('POST', to(`/v0/user/me/${image}`), what)
    const remove = () => visitor.delete(to(`/v0/user/me/${image}`))
    holds(`POST /v0/user/me/${image}`, await upload(formOf(await pngOf(9, 9))))
    holds(`POST /v0/user/me/${image}`, await upload(formOf('')))
    holds(`POST /v0/user/me/${image}`, await upload(formOf('hello')))
    holds(`POST /v0/user/me/${image}`, await upload(formOf(pngClaiming(20_000, 20_000))))
    holds('GET /v0/user/me', await visitor.get(to('/v0/user/me')))
    holds(`DELETE /v0/user/me/${image}`, await remove())
    holds(`DELETE /v0/user/me/${image}`, await remove())
  }
  holds('POST /v0/auth/logout', await visitor.post(to('/v0/auth/logout')))
})
