import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { inTransaction, type Storage } from '../../storage/database.ts'
import { startEngine, type TestEngine, until } from '../../test/support/engine.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { createSender, type Deliver, type Sender } from './sender.ts'

let parts: TestEngine
before(async () => {
  parts = await startEngine()
})
beforeEach(() => parts.storage.db.deleteFrom('outbox').execute())
after(() => parts.close())

const errors: unknown[] = []
function senderOf(deliver: Deliver, storage: Storage = parts.storage, keepsContent = false): Sender {
  const { engine, clock } = parts
  const onError = (error: unknown): void => void errors.push(error)
  return createSender({ ...storage, clock, secrets: engine.secrets, deliver, keepsContent, onError })
}

async function write(to: string): Promise<void> {
  const { engine, realm } = parts
  const facts = { place: 'Latchkey', code: '123456', minutes: 10 }
  await inTransaction(engine.db, (tx) =>
    engine.outbox.write(tx, { realm, accountId: null, to, kind: 'sign_in_code', language: 'en', facts }),
  )
}

const rows = () => parts.storage.db.selectFrom('outbox').selectAll().orderBy('id').execute()

class SmtpError extends Error {
  readonly responseCode: number

  constructor(responseCode: number) {
    super(`The server says ${responseCode}`)
    this.responseCode = responseCode
  }
}

test('a mail is sent once, with subject, text and HTML, and its content is forgotten', async () => {
  const sent: Parameters<Deliver>[0][] = []
  await write('a@example.com')
  const sender = senderOf(async (mail) => void sent.push(mail))
  assert.equal(await sender.sendDue(), 1)
  assert.equal(await sender.sendDue(), 0)
  assert.equal(sent.length, 1)
  assert.deepEqual(
    [sent[0]?.to, sent[0]?.kind, sent[0]?.subject],
    ['a@example.com', 'sign_in_code', 'Your login code'],
  )
  assert.match(`${sent[0]?.text}${sent[0]?.html}`, /123456/)
  const [row] = await rows()
  assert.equal(row?.content_sealed, null)
  assert.equal(row?.sent_at !== null && row?.failed_at === null, true)
})

test('a mail of a transaction that failed is never sent', async () => {
  const { engine, realm } = parts
  const facts = { place: 'Latchkey', code: '123456', minutes: 10 }
  const failing = inTransaction(engine.db, async (tx) => {
    await engine.outbox.write(tx, {
      realm,
      accountId: null,
      to: 'x@example.com',
      kind: 'sign_in_code',
      language: 'en',
      facts,
    })
    throw new Error('on purpose')
  })
  await assert.rejects(failing, /on purpose/)
  assert.equal(await senderOf(async () => undefined).sendDue(), 0)
  assert.deepEqual(await rows(), [])
})

test('a mail that is refused for now is tried again after longer and longer pauses, and then given up', async () => {
  let tries = 0
  await write('later@example.com')
  const sender = senderOf(async () => {
    tries++
    throw new SmtpError(451)
  })
  await sender.sendDue()
  const pauses = [
    10 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    24 * HOUR_MS,
  ]
  for (const [i, pause] of pauses.entries()) {
    parts.clock.advance(pause - 2_000)
    await sender.sendDue()
    assert.equal(tries, i + 1, `not before ${pause} ms`)
    parts.clock.advance(2_000)
    await sender.sendDue()
    assert.equal(tries, i + 2, `after ${pause} ms`)
  }
  const [row] = await rows()
  assert.ok(row?.failed_at)
  assert.equal(row?.attempts, 9)
  assert.equal(row?.last_error, 'The server says 451')
  parts.clock.advance(100 * HOUR_MS)
  await sender.sendDue()
  assert.equal(tries, 9)
})

test('a mail that the server will never take is given up at once; others go on', async () => {
  await write('never@example.com')
  await write('fine@example.com')
  const sent: string[] = []
  const sender = senderOf(async ({ to }) => {
    if (to === 'never@example.com') throw new SmtpError(550)
    sent.push(to)
  })
  assert.equal(await sender.sendDue(), 1)
  assert.deepEqual(sent, ['fine@example.com'])
  const [never, fine] = await rows()
  assert.ok(never?.failed_at)
  assert.equal(never?.attempts, 1)
  assert.equal(fine?.failed_at, null)
})

test('a refusal without a code, as a connection that breaks, is tried again', async () => {
  await write('broken@example.com')
  let isBroken = true
  const sender = senderOf(async () => {
    if (isBroken) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  })
  assert.equal(await sender.sendDue(), 0)
  isBroken = false
  parts.clock.advance(10 * SECOND_MS)
  assert.equal(await sender.sendDue(), 1)
})

test('what a mail server says is kept only in part, and no error of it ends the sender', async () => {
  await write('long@example.com')
  await senderOf(async () => {
    throw new Error('x'.repeat(100_000))
  }).sendDue()
  const [row] = await rows()
  assert.equal(row?.last_error?.length, 300)
})

test('a sender that dies with a mail in its hands leaves it to another, after two minutes', async () => {
  await write('orphan@example.com')
  const dying = senderOf(() => new Promise(() => undefined))
  void dying.sendDue()
  await until(async () => (await rows())[0]?.leased_until !== 0)
  const sent: string[] = []
  const other = senderOf(async ({ to }) => void sent.push(to))
  assert.equal(await other.sendDue(), 0, 'not while the first may still be at it')
  parts.clock.advance(2 * MINUTE_MS - 1_000)
  assert.equal(await other.sendDue(), 0)
  parts.clock.advance(1_000)
  assert.equal(await other.sendDue(), 1)
  assert.deepEqual(sent, ['orphan@example.com'])
})

test('two senders at once send each mail once', async () => {
  for (let i = 0; i < 40; i++) await write(`${i}@example.com`)
  const sent: string[] = []
  const deliver: Deliver = async ({ to }) => {
    sent.push(to)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const senders = [senderOf(deliver), senderOf(deliver), senderOf(deliver)]
  await Promise.all(senders.map((sender) => sender.sendDue()))
  for (const sender of senders) await sender.sendDue()
  assert.equal(sent.length, 40)
  assert.equal(new Set(sent).size, 40)
})

test('a running sender is woken by a message, and a stopped one sends no more', async () => {
  const sent: string[] = []
  const sender = senderOf(async ({ to }) => void sent.push(to))
  sender.start()
  await write('woken@example.com')
  parts.engine.outbox.wake()
  await until(() => sent.length === 1, Boolean, 4)
  await sender.stop()
  await write('late@example.com')
  parts.engine.outbox.wake()
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.deepEqual(sent, ['woken@example.com'])
})

test('where mail goes nowhere but here it can be read afterwards', async () => {
  await write('here@example.com')
  await senderOf(async () => undefined, parts.storage, true).sendDue()
  const [row] = await rows()
  assert.ok(row?.sent_at && row.content_sealed)
  assert.ok(!Buffer.from(row.content_sealed).includes('123456'), 'sealed all the same')
})

test('a mail that another SECRET sealed is an error of that mail, not of the sender', async () => {
  await write('sealed@example.com')
  await parts.storage.db
    .updateTable('outbox')
    .set({ content_sealed: Buffer.alloc(64) })
    .execute()
  await write('fine@example.com')
  const sent: string[] = []
  assert.equal(await senderOf(async ({ to }) => void sent.push(to)).sendDue(), 1)
  assert.deepEqual(sent, ['fine@example.com'])
  assert.deepEqual(errors, [])
})
