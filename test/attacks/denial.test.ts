/** B11 and D8: work that a caller can make, and its bounds. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { readCookie } from '../../contracts/cookies.ts'
import { boundaryOf } from '../../contracts/multipart.ts'
import { maskEmailAddress, parseEmailAddress } from '../../engine/accounts/email-address.ts'
import { isUsername, usernameKey } from '../../engine/accounts/username.ts'
import { estimateStrength } from '../../engine/authenticators/password/strength.ts'
import { chooseLanguage } from '../../engine/mail/texts/language.ts'
import { addressResolver } from '../../server/http/address.ts'
import { parseJsonBody } from '../../server/http/json-body.ts'
import { origins } from '../../server/http/origins.ts'
import type { Storage } from '../../storage/database.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Answer } from '../support/visitor.ts'
import { processorTime } from '../support/work.ts'
import { countRows, login, me, newName, openBehind, PASSWORD, register } from './people.ts'

let server: TestServer
let behind: Storage
before(async () => {
  server = await startLatchkey({ hashesInFull: true })
  behind = openBehind(server)
})
after(async () => {
  await behind.close()
  await server.close()
})

test('B11: a flood of sign-ins is refused at the door, in part, and does not starve what needs no hash', async () => {
  const person = await register(server)
  await me(person.visitor)
  const waitingMax = availableParallelism() * 100
  // Enough that the queue overflows even while a slow machine hashes as fast as requests come in.
  const flood = 3 * waitingMax
  let answered = 0
  const answers: Promise<Answer>[] = Array.from({ length: flood }, (_, i) => {
    const [name, password] = i % 2 ? [person.username, 'wrong'] : [newName(), 'wrong']
    return login(server.visitor(), name, password).finally(() => answered++)
  })
  const meanwhile: Promise<Answer>[] = []
  while (answered < flood) {
    const [live, mine] = [server.visitor().get('/livez'), me(person.visitor)]
    meanwhile.push(live, mine)
    assert.deepEqual([(await live).status, (await mine).status], [200, 200])
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.ok(meanwhile.length >= 4, 'there was time for others')
  const all = await Promise.all(answers)
  const refused = all.filter(({ status }) => status === 503)
  assert.ok(refused.length >= 1, `${refused.length} were refused`)
  assert.equal(
    all.filter(({ status }) => status === 401).length,
    flood - refused.length,
    'the rest were answered',
  )
  for (const { headers, body } of refused) {
    assert.ok(Number(headers.get('retry-after')) >= 1)
    assert.deepEqual(Object.keys(body), ['statusCode', 'error', 'message'])
    assert.deepEqual([body.statusCode, body.error], [503, 'Service Unavailable'])
  }
  assert.equal((await login(server.visitor(), person.username, PASSWORD)).status, 200, 'and it is over')
})

test('B11: a password of any length costs one hash of a short one, or none', async () => {
  const { username } = await register(server)
  const before = await countRows(behind.db)
  const long = 'x'.repeat(1_000_000)
  const timed = async (password: string): Promise<{ status: number; ms: number }> => {
    let status = 0
    const ms = await processorTime(async () => {
      status = (await login(server.visitor(), username, password)).status
    })
    return { status, ms }
  }
  await timed('wrong')
  const [short, huge] = [await timed('wrong'), await timed(long)]
  assert.deepEqual([short.status, huge.status], [401, 401])
  assert.ok(huge.ms < short.ms * 20 + 500, `${huge.ms} ms for a megabyte, ${short.ms} ms for a word`)
  const register413 = await server.visitor().post('/starter/api/auth/register', {
    username: newName(),
    email: `${newName()}@example.com`,
    password: 'x'.repeat(10_000_000),
  })
  assert.equal(register413.status, 413)
  assert.deepEqual(await countRows(behind.db), before)
})

test('D8: JSON that is too deep, too wide or too large is refused before it is used', async () => {
  const send = (path: string, body: string) =>
    server.visitor().send('POST', path, { headers: { 'content-type': 'application/json' }, body })
  for (const path of ['/starter/api/auth/login', '/api/sign-in/password']) {
    for (const [what, body, status] of [
      ['100,000 arrays deep', '['.repeat(100_000), 400],
      ['100,000 objects deep', '{"a":'.repeat(40_000), 400],
      ['closed again', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400],
      [
        'deep inside a string, which is not deep',
        JSON.stringify({ username: '['.repeat(1_000), password: 'x' }),
        undefined,
      ],
      [
        '30,000 keys',
        JSON.stringify(Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`k${i}`, 1]))),
        undefined,
      ],
      ['a number of 100,000 digits', `{"username":${'9'.repeat(100_000)}}`, 400],
      ['one key 100,000 times', `{${'"username":"a",'.repeat(10_000)}"password":"x"}`, undefined],
      ['two megabytes', JSON.stringify({ username: 'x'.repeat(2_000_000), password: 'x' }), 413],
    ] as const) {
      const answer = await send(path, body)
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${what}: ${answer.status}`)
      if (status) assert.equal(answer.status, status, `${path}: ${what}`)
      assert.equal(answer.cookies.get('token'), undefined)
    }
  }
})

test('D8: an answer never repeats what was sent, so that no error grows with its request', async () => {
  const mark = 'repeated-'.repeat(500)
  for (const body of [{ [mark]: 1 }, { username: mark, password: mark }, { email: mark, code: mark }]) {
    for (const path of ['/starter/api/auth/login', '/starter/api/auth/verify-code']) {
      const answer = await server.visitor().post(path, body)
      const limit = mark in body ? mark.length + 500 : 500
      assert.ok(answer.text.length < limit, `${path}: ${answer.text.length}`)
    }
  }
})

/** The best of several tries, in milliseconds of the processor: what the work itself takes. */
async function best(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i++) least = Math.min(least, await processorTime(work))
  return least
}

const resolve = addressResolver(['10.0.0.0/8'])
const ours = origins({ own: ['http://localhost'], cors: [] })
/** Everything that reads what callers wrote, by itself. */
const readers: Record<string, (text: string) => unknown> = {
  'an address': (text) => parseEmailAddress(text),
  'an address with this local part': (text) => parseEmailAddress(`${text}@example.com`),
  'an address with this domain': (text) => parseEmailAddress(`a@${text}`),
  'a masked address': (text) => maskEmailAddress(text),
  'a username': (text) => isUsername(text, 3, 30),
  'a username’s key': (text) => usernameKey(text),
  'a body': (text) => parseJsonBody(text),
  'a body’s string': (text) => parseJsonBody(JSON.stringify({ a: text })),
  'the type of a form': (text) => boundaryOf(`multipart/form-data; boundary=${text}`),
  'the parameters of a form': (text) => boundaryOf(`multipart/form-data${text}`),
  'a cookie header': (text) => readCookie(text, 'token'),
  'a cookie': (text) => readCookie(`token=${text}; a=b`, 'token'),
  'a bearer token': (text) => /^bearer /i.test(`Bearer ${text}`) && text.trim().includes(' '),
  'a content type': (text) => /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(`application/${text}`),
  'forwarded addresses': (text) => resolve('10.0.0.1', text),
  'an origin': (text) => ours.allowed(text),
  'a language': (text) => chooseLanguage(text),
}
const probes: Record<string, (length: number) => string> = {
  letters: (n) => 'a'.repeat(n),
  dots: (n) => '.'.repeat(n),
  'letters and dots': (n) => 'a.'.repeat(n / 2),
  'letters, then none': (n) => `${'a'.repeat(n - 1)}!`,
  blanks: (n) => ' '.repeat(n),
  'blanks, then a letter': (n) => `${' '.repeat(n - 1)}x`,
  'letters and blanks': (n) => 'a '.repeat(n / 2),
  'at signs': (n) => '@'.repeat(n),
  hyphens: (n) => '-'.repeat(n),
  pluses: (n) => 'a+'.repeat(n / 2),
  quotes: (n) => '"'.repeat(n),
  backslashes: (n) => '\\'.repeat(n),
  escapes: (n) => '\\u0000'.repeat(n / 6),
  semicolons: (n) => ';'.repeat(n),
  'semicolons and equals signs': (n) => '=;'.repeat(n / 2),
  commas: (n) => ','.repeat(n),
  colons: (n) => ':'.repeat(n),
  'combining marks': (n) => 'a\u0301'.repeat(n / 2),
  ligatures: (n) => 'ﷺ'.repeat(n),
  brackets: (n) => '['.repeat(n),
}

test('D8: whatever reads a caller’s text takes time that grows with its length, not with its square', async () => {
  const [short, long] = [20_000, 160_000]
  for (const [reader, read] of Object.entries(readers)) {
    for (const [probe, make] of Object.entries(probes)) {
      const [few, many] = [make(short), make(long)]
      const small = await best(() => read(few))
      const large = await best(() => read(many))
      // Eight times the text: a square would take sixty-four times as long, and what backtracks much more.
      assert.ok(
        large < small * 30 + 30,
        `${reader} of ${probe}: ${small.toFixed(2)} → ${large.toFixed(2)} ms`,
      )
    }
  }
})

test('D8: no password takes long to be judged, since the event loop waits for it', async () => {
  await estimateStrength('warm')
  const ordinary = await best(() => estimateStrength('correct horse battery staple', ['Anna Example']))
  const hints = Array.from({ length: 10 }, (_, i) => String(i).repeat(320))
  for (const unit of [
    '4@8({[</369&#!1|0$5+7%2',
    '1',
    'a',
    'p@ssw0rd',
    '$5',
    'qwertyuiop',
    '12/12/2012',
    'aB3$',
    'ﷺ',
    '\ud800',
  ]) {
    const password = unit.repeat(4_096 / unit.length)
    const ms = await best(() => estimateStrength(password, hints))
    assert.ok(
      ms < ordinary * 5 + 30,
      `${unit}: ${ms.toFixed(1)} ms, an ordinary one ${ordinary.toFixed(1)} ms`,
    )
  }
})

/** Opens a connection and says these bytes. */
async function open(
  text: string,
): Promise<{ socket: Socket; answer: () => string; closed: Promise<unknown> }> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => undefined)
  const closed = once(socket, 'close')
  socket.write(text, 'latin1')
  return { socket, answer: () => answer, closed }
}

test('D8: a flood of headers is refused, by number and by size', async () => {
  const many = Array.from({ length: 5_000 }, (_, i) => `X-${i}: 1`).join('\r\n')
  const large = `X-Large: ${'x'.repeat(20_000)}`
  const cookies = `Cookie: ${Array.from({ length: 3_000 }, (_, i) => `c${i}=1`).join('; ')}`
  for (const headers of [many, large, cookies]) {
    const { answer, closed } = await open(
      `GET /starter/api/auth/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n\r\n`,
    )
    await closed
    assert.match(answer(), /^HTTP\/1\.1 431 /)
  }
})

describe('a request that does not come to its end', { concurrency: true }, () => {
  const CUT_OFF_SECONDS_MAX = 30
  for (const [what, start, drip] of [
    ['in its headers', 'POST /starter/api/auth/login HTTP/1.1\r\nHost: localhost\r\n', 'X-Slow: 1\r\n'],
    [
      'in its body',
      'POST /starter/api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"username":"',
      'x',
    ],
  ] as const) {
    test(`D8: a request that drips ${what} is cut off, and others are answered meanwhile`, async () => {
      const { socket, closed } = await open(start)
      const dripping = setInterval(() => socket.write(drip), 1_000)
      const startedAt = performance.now()
      const end = Promise.withResolvers<never>()
      const limit = setTimeout(
        () => end.reject(new Error(`It was still open after ${CUT_OFF_SECONDS_MAX} s.`)),
        CUT_OFF_SECONDS_MAX * 1_000,
      )
      try {
        assert.equal((await server.visitor().get('/livez')).status, 200)
        await Promise.race([closed, end.promise])
        assert.ok(performance.now() - startedAt > 5_000, 'an honest slow one has time')
      } finally {
        clearInterval(dripping)
        clearTimeout(limit)
        socket.destroy()
      }
      assert.equal((await server.visitor().get('/livez')).status, 200)
    })
  }
})
