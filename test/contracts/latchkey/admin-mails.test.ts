import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../support/engine.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { assertOk, assertProblem, newAddress, setUp, signUp, withStorage } from './support.ts'

let captured: TestServer
let operator: Visitor
before(async () => {
  captured = await startLatchkey({ smtp: false })
  operator = await setUp(captured)
})
after(() => captured.close())

const mails = async (admin: Visitor, query = ''): Promise<any[]> => {
  const answer = await admin.get(`/api/admin/mails${query}`)
  assertOk(answer)
  return answer.body.mails
}
const to = (address: string) => (list: any[]) => list.find((mail) => mail.to === address)

test('without a mail server mails are captured, and can be read; reading leaves a line', async () => {
  const email = newAddress()
  assertOk(await captured.visitor().post('/api/sign-in/code', { email }))
  const mail = await until(
    async () => to(email)(await mails(operator)),
    (found) => found?.state === 'captured',
  )
  assert.equal(mail.kind, 'sign_in_code')
  assert.ok(!JSON.stringify(await mails(operator)).match(/\b\d{6}\b(?!\d)/), 'the list holds no code')
  const content = await operator.get(`/api/admin/mails/${mail.id}`)
  assertOk(content)
  assert.deepEqual(Object.keys(content.body).toSorted(), ['html', 'subject', 'text'])
  const [code = ''] = content.body.text.match(/^\d{6}$/m) ?? []
  assertOk(await captured.visitor().post('/api/sign-in/code/verify', { email, code }))
  const lines = await withStorage(captured, ({ db }) =>
    db.selectFrom('action_log').select('action').where('action', '=', 'mail.read').execute(),
  )
  assert.equal(lines.length, 1)
  assertProblem(await operator.post(`/api/admin/mails/${mail.id}/retry`), 404, 'not_found')
})

test('page by page, by state, and of the caller’s realms alone', async () => {
  for (let i = 0; i < 3; i++)
    assertOk(await captured.visitor().post('/api/sign-in/code', { email: newAddress() }))
  await until(
    async () => mails(operator, '?state=waiting'),
    (list) => list.length === 0,
  )
  const all = await mails(operator)
  const ids = all.map(({ id }) => id)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  )
  const first = await mails(operator, '?limit=2')
  const second = await mails(operator, `?limit=2&before=${first[1].id}`)
  assert.deepEqual(
    [...first, ...second].map(({ id }) => id),
    ids.slice(0, 4),
  )
  assert.deepEqual(await mails(operator, '?state=failed'), [])
  assert.deepEqual(await mails(operator, '?realm=salon'), [])
  assert.equal((await mails(operator, '?state=sent')).length, all.length)
  assertProblem(await operator.get(`/api/admin/mails/${ids[0]}?realm=salon`), 404, 'not_found')
  assertProblem(await operator.get('/api/admin/mails?realm=nowhere'), 404, 'not_found')
  for (const query of ['state=x', 'limit=0', 'before=0', 'limit=201']) {
    assert.equal((await operator.get(`/api/admin/mails?${query}`)).status, 400, query)
  }
})

test('nobody and no user sees a mail', async () => {
  const [{ id }] = await mails(operator)
  const server = await startLatchkey()
  try {
    await setUp(server)
    const user = await signUp(server)
    for (const path of ['', `/${id}`]) {
      assertProblem(await user.get(`/api/admin/mails${path}`), 403, 'forbidden')
      assertProblem(await server.visitor().get(`/api/admin/mails${path}`), 401, 'signed_out')
    }
    assertProblem(await user.post(`/api/admin/mails/${id}/retry`), 403, 'forbidden')
  } finally {
    await server.close()
  }
  for (const wrong of ['x', '0', '1.5']) {
    assert.equal((await operator.get(`/api/admin/mails/${wrong}`)).status, 400, wrong)
  }
  assertProblem(await operator.get('/api/admin/mails/999999'), 404, 'not_found')
})

test('with a mail server a mail is nobody’s to read but its receiver’s, and one that was refused is tried again', async () => {
  const server = await startLatchkey()
  try {
    const admin = await setUp(server)
    const email = newAddress()
    server.smtp.refuse(true)
    assertOk(await server.visitor().post('/api/sign-in/code', { email }))
    const waiting = await until(
      async () => to(email)(await mails(admin)),
      (found) => found?.attempts > 0,
    )
    assert.equal(waiting.state, 'waiting')
    assert.match(waiting.lastError, /451/)
    assertProblem(await admin.get(`/api/admin/mails/${waiting.id}`), 404, 'not_found')
    server.smtp.refuse(false)
    assertOk(await admin.post(`/api/admin/mails/${waiting.id}/retry`))
    await server.smtp.waitForMail(email)
    const sent = await until(
      async () => to(email)(await mails(admin)),
      (found) => found?.state === 'sent',
    )
    assert.equal(sent.nextAttemptAt, null)
    assertProblem(await admin.get(`/api/admin/mails/${sent.id}`), 404, 'not_found')
    assertProblem(await admin.post(`/api/admin/mails/${sent.id}/retry`), 404, 'not_found')
  } finally {
    await server.close()
  }
})
