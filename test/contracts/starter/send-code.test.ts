import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MINUTE_MS, SECOND_MS } from '../../../engine/clock.ts'
import { randomDigits } from '../../../engine/secrets/secrets.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { startSmtp } from '../../support/smtp.ts'
import {
  askForCode,
  assertInvalid,
  codeIn,
  codeMail,
  newPerson,
  openDatabaseOf,
  otherThan,
  signUp,
  until,
} from './support.ts'

const PATH = '/starter/api/auth/send-code'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const sendCode = (email: unknown, from = server) => from.visitor().post(PATH, { email })
const verify = (body: object, from = server) => from.visitor().post('/starter/api/auth/verify-code', body)

test('the answer is {"sent": true} with an account and without one, and the mail goes out for both', async () => {
  const { email } = await signUp(server)
  const stranger = newPerson().email
  for (const address of [email, stranger]) {
    const answer = await sendCode(address)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { sent: true })
    assert.equal(answer.cookies.size, 0)
    codeIn(await codeMail(server, address))
  }
})

test('the mail has the subject, the code and the ten minutes, as text and as HTML', async () => {
  const { email } = newPerson()
  await sendCode(email)
  const mail = await codeMail(server, email)
  assert.equal(mail.subject, 'Your login code')
  assert.deepEqual(mail.to, [email])
  const code = codeIn(mail)
  for (const part of [mail.text, mail.html]) {
    assert.ok(part.includes(code))
    assert.match(part, /\b10 minutes\b/)
    assert.equal(part.match(/\b\d{6}\b/g)?.filter((digits) => digits === code).length, 1)
  }
  assert.match(mail.html, /<html/)
})

test('a code has six digits, and may begin with zeros', () => {
  const codes = Array.from({ length: 3_000 }, () => randomDigits(6))
  for (const code of codes) assert.match(code, /^\d{6}$/)
  const first = codes.filter((code) => code.startsWith('0')).length
  // Three hundred, give or take: a range from 100000 would have none.
  assert.ok(first > 150 && first < 500, String(first))
  assert.ok(new Set(codes).size > 2_900)
})

test('without an address, or with what is none, it is 400', async () => {
  assertInvalid(await server.visitor().post(PATH, {}), 'email')
  for (const email of [
    null,
    7,
    true,
    [],
    {},
    '',
    'bob',
    '@',
    'bob@',
    ' bob@example.com',
    'bob@example.com ',
    'bob@example.com\n',
  ]) {
    assertInvalid(await sendCode(email), 'email')
  }
})

test('an unknown key is 400', async () => {
  for (const key of ['username', 'code', 'language']) {
    assertInvalid(await server.visitor().post(PATH, { email: 'bob@example.com', [key]: 'x' }), key)
  }
})

test('the code goes to the address as its account has it, however it is written now', async () => {
  const { email } = await signUp(server, { email: 'As.Written@example.com' })
  await sendCode('ＡＳ.written@EXAMPLE.com')
  const mail = await codeMail(server, email)
  assert.equal((await verify({ email: 'as.written@example.com', code: codeIn(mail) })).status, 200)
})

test('a newer code ends the earlier one', async () => {
  const { email, username } = newPerson()
  const first = await askForCode(server, email)
  let second = await askForCode(server, email)
  while (second === first) second = await askForCode(server, email)
  assert.equal((await verify({ email, code: first, username })).status, 401)
  assert.equal((await verify({ email, code: second, username })).status, 200)
})

test('a code of one address is worth nothing for another', async () => {
  const one = newPerson()
  const other = newPerson()
  const code = await askForCode(server, one.email)
  while ((await askForCode(server, other.email)) === code);
  assert.equal((await verify({ email: other.email, code, username: other.username })).status, 401)
  assert.equal((await verify({ email: one.email, code, username: one.username })).status, 200)
})

test('a mail server that refuses changes nothing in the answer, and the mail comes later', async () => {
  const own = await startLatchkey()
  try {
    const { email, username } = newPerson()
    own.smtp.refuse(true)
    const answer = await sendCode(email, own)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { sent: true })
    await untilRefused(own, email)
    assert.equal(own.smtp.mails.length, 0)
    own.smtp.refuse(false)
    own.clock.advance(MINUTE_MS)
    // Whoever asks next wakes the sender.
    await sendCode(newPerson().email, own)
    const code = codeIn(await codeMail(own, email))
    assert.equal((await verify({ email, code, username }, own)).status, 200)
  } finally {
    await own.close()
  }
})

test('a mail server that is down changes nothing in the answer, and the mail comes when it is back', async () => {
  const { port, close } = await startSmtp()
  await close()
  const own = await startLatchkey({ env: { SMTP_URL: `smtp://127.0.0.1:${port}` } })
  let back: Awaited<ReturnType<typeof startSmtp>> | undefined
  try {
    const { email, username } = newPerson()
    const answer = await sendCode(email, own)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { sent: true })
    await untilRefused(own, email)
    back = await startSmtp({ port })
    own.clock.advance(MINUTE_MS)
    await sendCode(newPerson().email, own)
    const mail = await back.waitForMail(email)
    assert.equal((await verify({ email, code: codeIn(mail), username }, own)).status, 200)
  } finally {
    await own.close()
    await back?.close()
  }
})

test('within half a minute no second mail goes out, and the first code stays good', async () => {
  const own = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const { email, username } = newPerson()
    const code = await askForCode(own, email)
    own.clock.advance(20 * SECOND_MS)
    for (const spelling of [email, email.toUpperCase()]) {
      const again = await sendCode(spelling, own)
      assert.equal(again.status, 200)
      assert.deepEqual(again.body, { sent: true })
    }
    assert.equal((await verify({ email, code, username }, own)).status, 200)
    // Mail goes out in order: when this one is here, no other is on its way.
    await askForCode(own, newPerson().email)
    assert.equal(codeMailsTo(own, email), 1)

    own.clock.advance(11 * SECOND_MS)
    const next = await askForCode(own, email)
    assert.equal((await verify({ email, code: next }, own)).status, 200)
  } finally {
    await own.close()
  }
})

test('five mails go to an address in a quarter of an hour, and above that the last code stays good', async () => {
  const own = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const { email, username } = newPerson()
    let code = ''
    for (let i = 0; i < 5; i++) {
      code = await askForCode(own, email)
      own.clock.advance(31 * SECOND_MS)
    }
    for (let i = 0; i < 3; i++) {
      assert.deepEqual((await sendCode(email, own)).body, { sent: true })
      own.clock.advance(31 * SECOND_MS)
    }
    // Another address is none of this.
    await askForCode(own, newPerson().email)
    assert.equal(codeMailsTo(own, email), 5)
    assert.equal((await verify({ email, code, username }, own)).status, 200)

    own.clock.advance(15 * MINUTE_MS)
    const next = await askForCode(own, email)
    assert.equal((await verify({ email, code: otherThan(next) }, own)).status, 401)
    assert.equal((await verify({ email, code: next }, own)).status, 200)
  } finally {
    await own.close()
  }
})

test('one client is sent so many mails in an hour, for whomever; above that the answer is the same', async () => {
  const own = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const addresses = Array.from({ length: 60 }, () => newPerson().email)
    for (const email of addresses) assert.equal((await sendCode(email, own)).status, 200)
    const { email } = newPerson()
    const answer = await sendCode(email, own)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { sent: true })
    for (const address of addresses) await codeMail(own, address)
    own.clock.advance(61 * MINUTE_MS)
    await askForCode(own, newPerson().email)
    assert.equal(codeMailsTo(own, email), 0)
  } finally {
    await own.close()
  }
})

function codeMailsTo({ smtp }: TestServer, email: string): number {
  return smtp.mails.filter(({ to, subject }) => to.includes(email) && subject === 'Your login code').length
}

/** Until the mail server has said no, and the outbox knows. */
async function untilRefused(own: TestServer, email: string): Promise<void> {
  const storage = openDatabaseOf(own)
  try {
    await until(async () => {
      const { attempts, last_error } = await storage.db
        .selectFrom('outbox')
        .select(['attempts', 'last_error'])
        .where('recipient', '=', email)
        .executeTakeFirstOrThrow()
      return attempts > 0 && last_error !== null
    })
  } finally {
    await storage.close()
  }
}
