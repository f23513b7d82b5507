import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertBad,
  assertEmpty,
  assertInvalid,
  assertProblem,
  BASE,
  FRONT,
  login,
  mailTo,
  newcomer,
  newUser,
  race,
  register,
  startCommunity,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

test('registering answers a message alone, mails a link, and signs nobody in', async () => {
  const visitor = server.visitor()
  const user = newUser()
  const answer = await register(visitor, user)
  assert.equal(answer.status, 201)
  assert.deepEqual(Object.keys(answer.body), ['message'])
  assert.equal(answer.cookies.has('session_id'), false)
  const mail = await mailTo(server, user.email, 'Verify your email')
  assert.match(mail.text, new RegExp(`${FRONT}/verify-email\\?token=[\\w-]{43}\\b`))
  for (const part of [user.handle, 'Community', '60 minutes']) assert.ok(mail.text.includes(part), mail.text)
  assertEmpty(await login(visitor, user))
  const { body } = await visitor.get(`${BASE}/v0/user/me`)
  assert.equal(body.is_verified, false)
  assert.equal(body.email, user.email)
})

test('without a front end the link leads to our own page', async () => {
  const alone = await startCommunity({ yaml: '' })
  try {
    const user = newUser()
    await register(alone.visitor(), user)
    const { text } = await mailTo(alone, user.email, 'Verify your email')
    assert.match(text, /\/confirm-email\?realm=community#[\w-]{43}\b/)
  } finally {
    await alone.close()
  }
})

test('every field is required and a string', async () => {
  const visitor = server.visitor()
  for (const field of ['email', 'handle', 'display_name', 'password']) {
    for (const value of [undefined, null, 1, true, ['x'], {}]) {
      assertBad(await register(visitor, newUser({ [field]: value })))
    }
  }
  const path = `${BASE}/v0/users`
  assertBad(await visitor.post(path))
  for (const body of ['', '{', 'null', '[]', '"x"', '1']) {
    const headers = { 'content-type': 'application/json' }
    assertBad(await visitor.send('POST', path, { body, headers }))
  }
  const body = JSON.stringify(newUser())
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    assertBad(await visitor.send('POST', path, { body, headers: { 'content-type': type } }))
  }
  const headers = { 'content-type': 'application/vnd.api+json' }
  assert.equal((await visitor.send('POST', path, { body, headers })).status, 201)
  assert.equal((await register(visitor, newUser({ more: 1 }))).status, 201)
})

test('a body over 8 MiB is a bad request', async () => {
  const body = JSON.stringify(newUser({ more: 'x'.repeat(8 * 1024 * 1024) }))
  const headers = { 'content-type': 'application/json' }
  assertBad(await server.visitor().send('POST', `${BASE}/v0/users`, { body, headers }))
})

test('each field has its rule', async () => {
  const visitor = server.visitor()
  const wrong: Record<string, string[]> = {
    email: ['', 'x', 'x@', '@x', 'a b@example.com', `${'a'.repeat(65)}@example.com`, 'a@-x.org', 'a@b@c.org'],
    handle: [
      '',
      'ab',
      'x'.repeat(21),
      '_ab',
      'ab_',
      'a__b',
      'a b',
      'a-b',
      'a.b',
      'äbc',
      'ａｂｃ',
      'abc\n',
      'admin',
      'No_Reply',
      'TEST',
    ],
    display_name: [
      '',
      ' ',
      '\u00a0',
      'x'.repeat(51),
      '<b>',
      'a\nb',
      'a\u200bb',
      'a\ue000',
      '😀',
      '©',
      'a\u0301\u0301\u0301',
    ],
    password: ['', 'x'.repeat(7), 'x'.repeat(129)],
  }
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) assertInvalid(await register(visitor, newUser({ [field]: value })))
  }
  const right: Record<string, string[]> = {
    handle: ['a_1', 'X'.repeat(20), 'a_b_c_d', 'Admins'],
    display_name: ['x', 'x'.repeat(50), 'Zoë Åström-Ünal', '李 小龍', 'a\u0301\u0301', "O'Neil & Sons"],
    // Counted in code points.
    password: ['x'.repeat(8), 'x'.repeat(128), '🔑'.repeat(128), '        '],
  }
  for (const [field, values] of Object.entries(right)) {
    for (const value of values) {
      const answer = await register(visitor, newUser({ [field]: value }))
      assert.equal(answer.status, 201, `${field} ${value}: ${answer.text}`)
    }
  }
  const answer = await register(visitor, newUser({ email: '  Some.Body+tag@EXAMPLE.org ' }))
  assert.equal(answer.status, 201)
})

test('what is taken is told in order: the form, the address, the handle; whatever the case', async () => {
  const visitor = server.visitor()
  const taken = await newcomer(server)
  const email = taken.email.toUpperCase()
  const handle = taken.handle.toUpperCase()
  assertInvalid(await register(visitor, newUser({ email, handle, password: 'x' })))
  assertProblem(await register(visitor, newUser({ email, handle })), 409, 'user:email_already_exists')
  assertProblem(await register(visitor, newUser({ email })), 409, 'user:email_already_exists')
  assertProblem(await register(visitor, newUser({ handle })), 409, 'user:handle_already_exists')
})

test('of many at once one has the address, and one has the handle', async () => {
  const visitor = server.visitor()
  const user = newUser()
  assert.deepEqual(await race(5, () => register(visitor, user)), { 201: 1, 409: 4 })
  const { handle } = newUser()
  assert.deepEqual(await race(5, () => register(visitor, newUser({ handle }))), { 201: 1, 409: 4 })
})

test('in development the details name each field that is wrong', async () => {
  const development = await startCommunity({ env: { ENVIRONMENT: 'development' } })
  try {
    const visitor = development.visitor()
    const { body } = await register(visitor, newUser({ handle: 'a b', password: 'x' }))
    assert.equal(body.code, 'general:validation_error')
    const bad = (await register(visitor, newUser({ email: undefined, handle: 1, password: 'x' }))).body
    assert.equal(bad.code, 'general:bad_request')
    assert.deepEqual(bad.details.split('\n').toSorted(), ['email: missing', 'handle: of the wrong type'])
    assert.deepEqual(body.details.split('\n').toSorted(), [
      'handle: not allowed in this form',
      'password: too short',
    ])
  } finally {
    await development.close()
  }
})

test('too many from one place are refused for a while', async () => {
  const limited = await startCommunity({ env: { RATE_LIMIT: 'on' } })
  try {
    const visitor = limited.visitor()
    const user = newUser()
    let answer = await login(visitor, user)
    for (let i = 0; i < 20 && answer.status !== 429; i++) answer = await login(visitor, user)
    assertProblem(answer, 429, 'rate_limit:exceeded')
    assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  } finally {
    await limited.close()
  }
})
