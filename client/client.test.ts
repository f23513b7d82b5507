import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { createClient, PROBLEM_CODES } from './index.ts'

const answering = (body: string, init: ResponseInit) =>
  createClient({ baseUrl: 'http://latchkey.test/api', fetch: async () => new Response(body, init) })

test('an answer is a value', async () => {
  const client = answering('{"sent":true}', { status: 200, headers: { 'content-type': 'application/json' } })
  assert.deepEqual(await client.sendRecoveryLink({ email: 'ada@example.org' }), {
    ok: true,
    value: { sent: true },
  })
})

test('a refusal is a problem with its code, its request id and its bounds, and nothing is thrown', async () => {
  const client = answering(
    JSON.stringify({
      type: 'about:blank',
      title: 'Too short.',
      status: 422,
      code: 'password_too_short',
      requestId: 'r1',
      lengthMin: 8,
    }),
    { status: 422, headers: { 'content-type': 'application/problem+json' } },
  )
  const outcome = await client.completeRecovery({ realm: 'main', token: 't', newPassword: 'x' })
  assert.deepEqual(outcome, {
    ok: false,
    problem: { code: 'password_too_short', title: 'Too short.', status: 422, requestId: 'r1', lengthMin: 8 },
  })
})

test('a problem of every call is heard of in one place, besides at its call', async () => {
  const heard: string[] = []
  const problem = { type: 'about:blank', title: 'First.', status: 403, code: 'password_change_due' }
  const client = createClient({
    baseUrl: 'http://latchkey.test/api',
    fetch: async () => Response.json(problem, { status: 403 }),
    onProblem: ({ code }) => heard.push(code),
  })
  const outcome = await client.sessions()
  assert.equal(!outcome.ok && outcome.problem.code, 'password_change_due')
  assert.deepEqual(heard, ['password_change_due'])
})

test('a problem with opening hours says of which day', async () => {
  const code = 'opening_hours_not_valid'
  const facts = { index: 3, field: 'openTime', reason: 'order' }
  const client = answering(
    JSON.stringify({ type: 'about:blank', title: 'Hours.', status: 422, code, requestId: 'r', ...facts }),
    { status: 422, headers: { 'content-type': 'application/problem+json' } },
  )
  const outcome = await client.start()
  assert.deepEqual(outcome, {
    ok: false,
    problem: { code, title: 'Hours.', status: 422, requestId: 'r', ...facts },
  })
})

test('a page that a proxy put in our place becomes a problem too', async () => {
  const client = answering('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })
  const outcome = await client.start()
  assert.equal(outcome.ok, false)
  assert.equal(!outcome.ok && outcome.problem.code, 'unavailable')
})

test('an answer that is not JSON, or none at all, is unreachable', async () => {
  const cut = await answering('{"vers', {
    status: 200,
    headers: { 'content-type': 'application/json' },
  }).start()
  const down = await createClient({
    baseUrl: 'http://latchkey.test/api',
    fetch: async () => {
      throw new TypeError('fetch failed')
    },
  }).start()
  for (const outcome of [cut, down]) assert.equal(!outcome.ok && outcome.problem.code, 'unreachable')
})

test('a token travels as a bearer credential', async () => {
  let authorization: string | null = null
  const client = createClient({
    baseUrl: 'http://latchkey.test/api',
    token: 'secret',
    fetch: async (request) => {
      authorization = request.headers.get('authorization')
      return Response.json({ sessions: [] })
    },
  })
  await client.sessions()
  assert.equal(authorization, 'Bearer secret')
})

test('the client knows every problem that the page names', async () => {
  const page = await readFile(new URL('../contracts/latchkey/README.md', import.meta.url), 'utf8')
  // A problem stands as `code` after its status: 403 `sign_up_closed`, or after another code of that status.
  const lists = page.match(/\b[45]\d\d (?:`[a-z_]+`(?:,? (?:or )?)?)+/g) ?? []
  const codes = lists.flatMap((list) => [...list.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]))
  assert.ok(codes.length > 20)
  const known = new Set<string | undefined>(PROBLEM_CODES)
  assert.deepEqual(
    codes.filter((code) => !known.has(code)),
    [],
  )
})
