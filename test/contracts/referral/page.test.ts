// runs once
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { TestServer } from '../../support/latchkey.ts'
import { failuresInDocument, failuresOnPage, operationsOf, resolveIn, sectionsOf } from '../page.ts'
import { AUTH, bearer, boss, newEmail, startReferral, tokenOf } from './support.ts'

let server: TestServer
let document: any
let page: string
before(async () => {
  server = await startReferral()
  document = (await server.visitor().get('/referral/openapi.json')).body
  page = await readFile(new URL('../../../contracts/referral/README.md', import.meta.url), 'utf8')
})
after(() => server.close())

test('the referral API serves what its page documents, and documents what it serves', async () => {
  const documented = sectionsOf(page).map(({ route }) => route)
  assert.ok(documented.length >= 12)
  assert.deepEqual(
    documented.toSorted(),
    operationsOf(document)
      .map(({ route }) => route)
      .toSorted(),
  )
  for (const route of documented) {
    const [method = '', path] = route.split(' ')
    const { status } = await server.visitor().send(method, `/referral${path}`)
    assert.ok(status !== 404 && status !== 405, route)
  }
})

test('the page and the OpenAPI document name the same failures for each route', () => {
  assert.deepEqual(failuresOnPage(page), failuresInDocument(document))
})

test('the credential is a bearer token, and the form of verify-otp is one', () => {
  assert.deepEqual(document.components.securitySchemes, { bearer: { type: 'http', scheme: 'bearer' } })
  const { requestBody } = document.paths['/api/auth/verify-otp'].post
  assert.deepEqual(Object.keys(requestBody.content), [
    'multipart/form-data',
    'application/x-www-form-urlencoded',
  ])
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
  holds('POST /api/auth/login', await visitor.post(`${AUTH}/login`, boss))
  holds('POST /api/auth/login', await visitor.post(`${AUTH}/login`, { ...boss, password: 'wrong' }))
  holds('POST /api/auth/login', await visitor.post(`${AUTH}/login`, {}))
  const token = await tokenOf(server, boss)
  const made = await visitor.post(`${AUTH}/me/create-token`, undefined, bearer(token))
  holds('POST /api/auth/me/create-token', made)
  holds('POST /api/auth/me/create-token', await visitor.post(`${AUTH}/me/create-token`))
  holds('POST /api/auth/me/tokens', await visitor.post(`${AUTH}/me/tokens`, undefined, bearer(token)))
  const signup = { referrer: made.body.token, email: newEmail(), password: 'a-lantern' }
  holds('POST /api/auth/signup', await visitor.post(`${AUTH}/signup`, signup))
  holds('POST /api/auth/signup', await visitor.post(`${AUTH}/signup`, signup))
  holds('POST /api/auth/signup', await visitor.post(`${AUTH}/signup`, { ...signup, referrer: 'x' }))
  holds('GET /api/auth/me', await visitor.get(`${AUTH}/me`, bearer(token)))
  holds('GET /api/auth/me', await visitor.get(`${AUTH}/me`))
  holds('PUT /api/auth/me/name', await visitor.put(`${AUTH}/me/name`, { name: 'B' }, bearer(token)))
  holds('PUT /api/auth/me/name', await visitor.put(`${AUTH}/me/name`, {}, bearer(token)))
  holds('PUT /api/auth/me/password', await visitor.put(`${AUTH}/me/password`, {}, bearer(token)))
  const link = await visitor.post(`${AUTH}/send-password-reset-link`, { email: signup.email })
  holds('POST /api/auth/send-password-reset-link', link)
  const reset = `${AUTH}/reset-password-with-token`
  holds('POST /api/auth/reset-password-with-token', await visitor.post(reset, {}))
  holds('POST /api/auth/reset-password-with-token', await visitor.post(reset, {}, bearer(token)))
  const sent = await visitor.post(`${AUTH}/me/send-otp`, undefined, bearer(token))
  holds('POST /api/auth/me/send-otp', sent)
  holds('POST /api/auth/me/send-otp', await visitor.post(`${AUTH}/me/send-otp`, undefined, bearer(token)))
  holds('POST /api/auth/verify-otp', await visitor.post(`${AUTH}/verify-otp`, {}))
  const wrong = new URLSearchParams({ otp: 'x', token: sent.body.token }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await visitor.send('POST', `${AUTH}/verify-otp`, { body: wrong, headers })
  assert.equal(answer.status, 403)
  holds('POST /api/auth/verify-otp', answer)
  for (const query of ['', '?token=x', `?token=${made.body.token}`]) {
    holds('GET /api/auth/verify-token', await visitor.get(`${AUTH}/verify-token${query}`))
  }
})
