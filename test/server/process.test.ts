import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ownDatabase } from '../support/latchkey.ts'
import { createVisitor, type Visitor } from '../support/visitor.ts'
import { createFolder, eventually, freePort, type Program, start } from './support.ts'

const PASSWORD = 'correct horse battery staple'
const operator = { name: 'Olga', email: 'olga@example.org', password: PASSWORD }

const folder = createFolder()
const database = await ownDatabase()
const running: Program[] = []
after(async () => {
  for (const program of running) await program.stop('SIGKILL')
  await database?.drop()
  folder.remove()
})

let made = 0
const newData = () => join(folder.path, `data-${made++}`)

function serve(env: NodeJS.ProcessEnv): Program {
  const program = start([], { cwd: folder.path, env: { LOG_LEVEL: 'warn', ...env } })
  running.push(program)
  return program
}

/** On the data that the whole file shares, or, with `data`, on SQLite in a folder of its own. */
async function serveReady(env: NodeJS.ProcessEnv = {}): Promise<{ program: Program; url: string }> {
  const port = String(await freePort())
  const program = serve({
    DATA_DIR: shared,
    ...(database && { DATABASE_URL: database.url }),
    PORT: port,
    ...env,
  })
  const [, url = ''] = await program.printed(/Latchkey is running at (\S+)/)
  return { program, url }
}
const shared = newData()

test('a first start prints where it is, what to open first and where mail goes; SIGTERM ends it with 0', async () => {
  const { program, url } = await serveReady()
  assert.match(url, /^http:\/\/localhost:\d+$/)
  await program.printed(new RegExp(`Open ${url}/setup to make your account`))
  await program.printed(/WARNING: the admin of realm referral still has the documented password/)
  await program.printed(/No SMTP_URL: each mail is printed here/)
  const visitor = createVisitor(url)
  assert.deepEqual((await visitor.get('/livez')).body, { status: 'ok' })
  assert.deepEqual((await visitor.get('/readyz')).body, {
    status: 'ok',
    database: database ? 'postgres' : 'sqlite',
  })
  assert.equal((await visitor.get('/api/start')).body.setupCodeDue, false)
  assert.equal(await program.stop(), 0)
})

test('a second start on the same data finds accounts, sessions and its secret as they were', async () => {
  const first = await serveReady()
  const visitor = createVisitor(first.url)
  assert.equal((await visitor.post('/api/setup', operator)).status, 201)
  const secret = readFileSync(join(shared, 'secret'), 'utf8')
  assert.ok(secret.trim().length >= 48)
  assert.equal(statSync(join(shared, 'secret')).mode & 0o777, 0o600)
  assert.equal(await first.program.stop(), 0)

  // The session's token names the public URL that it is of.
  const second = await serveReady({ PORT: new URL(first.url).port })
  assert.ok(!second.program.output().includes('/setup'), 'nothing is left to set up')
  const again = createVisitor(second.url)
  for (const [name, value] of visitor.jar) again.jar.set(name, value)
  const answer = await again.get('/api/account')
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.body.account.email, operator.email)
  assert.equal(readFileSync(join(shared, 'secret'), 'utf8'), secret)
  assert.equal(await second.program.stop(), 0)
})

test('a secret that somebody loosened is tightened at the next start', async () => {
  const data = newData()
  mkdirSync(data)
  writeFileSync(join(data, 'secret'), 's'.repeat(64), { mode: 0o644 })
  chmodSync(join(data, 'secret'), 0o644)
  const { program } = await serveReady({ DATA_DIR: data })
  assert.equal(statSync(join(data, 'secret')).mode & 0o777, 0o600)
  assert.equal(await program.stop(), 0)
})

test('a secret that was cut short is refused in a sentence, and is not overwritten', async () => {
  const data = newData()
  mkdirSync(data)
  writeFileSync(join(data, 'secret'), 'short\n', { mode: 0o600 })
  const program = serve({ DATA_DIR: data, PORT: String(await freePort()) })
  assert.equal(await program.ended(), 2)
  assert.match(program.output(), /secret is shorter than \d+ characters/)
  assert.equal(readFileSync(join(data, 'secret'), 'utf8'), 'short\n')
})

test('a port that is taken is told in one sentence with the way out, and ends the start with 1', async () => {
  const holder = createServer()
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening))
  const address = holder.address()
  assert.ok(typeof address === 'object' && address)
  const { port } = address
  for (const WORKERS of ['1', '2']) {
    const program = serve({ DATA_DIR: newData(), PORT: String(port), WORKERS })
    assert.equal(await program.ended(), 1)
    const said = program.output()
    assert.match(
      said,
      new RegExp(`^Port ${port} is taken by another program\\. .*PORT=${port + 1} npm start$`, 'm'),
    )
    assert.ok(!said.includes('    at '), 'no stack trace')
  }
  await new Promise((closed) => holder.close(closed))
})

test('data that cannot be written, and a database that is not there, are told in a sentence', async () => {
  const file = folder.write('a-file', '')
  const unwritable = serve({ DATA_DIR: join(file, 'data'), PORT: String(await freePort()) })
  assert.equal(await unwritable.ended(), 1)
  assert.match(unwritable.output(), /DATA_DIR/)
  assert.ok(!unwritable.output().includes('    at '), unwritable.output())

  const url = `postgres://ada:hunter2@127.0.0.1:${await freePort()}/latchkey`
  const away = serve({ DATA_DIR: newData(), DATABASE_URL: url, PORT: String(await freePort()) })
  assert.equal(await away.ended(), 1)
  assert.match(
    away.output(),
    /^PostgreSQL cannot be reached: .*Check DATABASE_URL, or run: latchkey doctor$/m,
  )
  assert.ok(!away.output().includes('hunter2') && !away.output().includes('    at '), away.output())
})

test('with PORT=0 it picks a free port and prints it, and its links name it', async () => {
  const { program, url } = await serveReady({ DATA_DIR: newData(), DATABASE_URL: '', PORT: '0' })
  const { port } = new URL(url)
  assert.ok(Number(port) > 0)
  assert.equal((await createVisitor(url).get('/api/start')).body.publicUrl, `http://localhost:${port}`)
  assert.equal(await program.stop('SIGINT'), 0)
})

test('where others can reach it, by itself or by a proxy in front, set-up asks for the code that it prints', async () => {
  for (const reachable of [{ HOST: '0.0.0.0' }, { PUBLIC_URL: 'https://id.example.org' }]) {
    const port = String(await freePort())
    const { program } = await serveReady({ DATA_DIR: newData(), DATABASE_URL: '', PORT: port, ...reachable })
    const [, setupCode = ''] = await program.printed(/set-up asks for a code: (\S+)/)
    const visitor = createVisitor(`http://127.0.0.1:${port}`)
    assert.equal((await visitor.get('/api/start')).body.setupCodeDue, true)
    assert.equal((await visitor.post('/api/setup', operator)).body.code, 'setup_code_wrong')
    assert.equal((await visitor.post('/api/setup', { ...operator, setupCode })).status, 201)
    assert.equal(await program.stop(), 0)
  }
})

test('a mail without a mail server is one line on the console, with its link or its code', async () => {
  const { program, url } = await serveReady({ DATA_DIR: newData(), DATABASE_URL: '' })
  const visitor = createVisitor(url)
  await visitor.post('/api/accounts', { email: 'ada@example.org', password: PASSWORD })
  await program.printed(
    new RegExp(`^Mail to ada@example\\.org: .* → ${url}/confirm-email\\?realm=main#[\\w-]{43}$`, 'm'),
  )
  await visitor.post('/api/sign-in/code', { email: 'grace@example.org' })
  const [, code] = await program.printed(/^Mail to grace@example\.org: .* → (\d{6})$/m)
  const answer = await visitor.post('/api/sign-in/code/verify', { email: 'grace@example.org', code })
  assert.equal(answer.status, 200, answer.text)
  assert.equal(await program.stop(), 0)
})

test('a sign-in that is being worked on is answered although the server was told to stop', async () => {
  const env = { DATA_DIR: newData(), DATABASE_URL: '', RATE_LIMIT: 'off', LOG_LEVEL: 'debug' }
  const { program, url } = await serveReady(env)
  assert.equal((await createVisitor(url).post('/api/setup', operator)).status, 201)
  const countLines = (words: string) => program.output().split(`"msg":"${words}"`).length - 1
  const body = { identifier: operator.email, password: PASSWORD }
  // However fast the machine is: as many at once as keep it busy when the word to stop comes.
  for (const atOnce of [20, 100, 400]) {
    const [incoming, completed] = [countLines('incoming request'), countLines('request completed')]
    const answers = Array.from({ length: atOnce }, () =>
      createVisitor(url).post('/api/sign-in/password', body),
    )
    await eventually(async () => assert.equal(countLines('incoming request') - incoming, atOnce), 2)
    const isBusy = countLines('request completed') - completed < atOnce
    const ended = isBusy ? program.stop() : undefined
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    assert.deepEqual(new Set(statuses), new Set([200]))
    if (!ended) continue
    const answeredAt = Date.now()
    assert.equal(await ended, 0)
    assert.ok(Date.now() - answeredAt < 5_000, 'it does not wait for connections that are kept for more')
    await assert.rejects(createVisitor(url).get('/livez'))
    return
  }
  assert.fail('This machine is too fast to be caught at work.')
})

test('a server that is told to stop while it starts stops in order', async () => {
  const port = String(await freePort())
  for (const WORKERS of ['1', '2']) {
    const program = serve({ DATA_DIR: newData(), PORT: port, WORKERS, LOG_LEVEL: 'info' })
    const [, url = ''] = await program.printed(/Latchkey is running at (\S+)/)
    // The very moment that it says so, before anybody could have asked it anything.
    assert.equal(await program.stop(), 0)
    await assert.rejects(createVisitor(url).get('/livez'))
  }
})

test('two workers share the port: each serves, and what one ends is over in the other', async () => {
  const { program, url } = await serveReady({
    WORKERS: '2',
    RATE_LIMIT: 'off',
    ...(database ? {} : { DATA_DIR: newData() }),
  })
  const visitor = createVisitor(url)
  const started = await visitor.get('/api/start')
  assert.equal(started.status, 200, started.text)
  if (started.body.setupDue) assert.equal((await visitor.post('/api/setup', operator)).status, 201)
  const other = createVisitor(url)
  const credentials = { identifier: operator.email, password: PASSWORD }
  for (const each of [visitor, other]) {
    assert.equal((await each.post('/api/sign-in/password', credentials)).status, 200)
  }
  await eventually(async () => {
    const workers = new Set((await manyTimes(url, '/livez', visitor)).map(({ worker }) => worker))
    assert.equal(workers.size, 2, 'connections go to both workers')
  })

  // Both workers now know both sessions.
  for (const each of [visitor, other]) {
    for (const { status } of await manyTimes(url, '/api/account', each)) assert.equal(status, 200)
  }
  const { sessions } = (await visitor.get('/api/account/sessions')).body
  const theirs = sessions.find(({ current }: { current: boolean }) => !current)
  const endedAt = Date.now()
  assert.equal((await visitor.delete(`/api/account/sessions/${theirs.id}`)).status, 200)
  await eventually(async () => {
    for (const { status } of await manyTimes(url, '/api/account', other)) assert.equal(status, 401)
  })
  assert.ok(Date.now() - endedAt < 4_000, 'by word of the other worker, and not because its memory ran out')
  for (const { status } of await manyTimes(url, '/api/account', visitor)) assert.equal(status, 200)
  assert.equal(await program.stop(), 0)
})

test('a worker that dies is replaced, and the house goes on', async () => {
  const { program, url } = await serveReady({ WORKERS: '2', DATA_DIR: newData(), DATABASE_URL: '' })
  const visitor = createVisitor(url)
  const workers = async () => new Set((await manyTimes(url, '/livez', visitor)).map(({ worker }) => worker))
  let before = new Set<string>()
  await eventually(async () => {
    before = await workers()
    assert.equal(before.size, 2)
  })
  const [victim = 0] = childrenOf(program)
  process.kill(victim, 'SIGKILL')
  await eventually(async () => {
    const now = await workers()
    assert.equal(now.size, 2)
    assert.ok(
      [...now].some((worker) => !before.has(worker)),
      'one of them is new',
    )
  })
  assert.equal(await program.stop(), 0)
})

test('several workers need a port that is known, and say so', async () => {
  const program = serve({ DATA_DIR: newData(), PORT: '0', WORKERS: '2' })
  assert.equal(await program.ended(), 2)
  assert.match(program.output(), /WORKERS needs a fixed PORT/)
})

test('two workers that others can reach print one set-up code, and both take it', async () => {
  const env = { WORKERS: '2', DATA_DIR: newData(), DATABASE_URL: '', HOST: '0.0.0.0' }
  const { program, url } = await serveReady(env)
  const [, setupCode = ''] = await program.printed(/set-up asks for a code: (\S+)/)
  const wrong = await createVisitor(url).post('/api/setup', { ...operator, setupCode: 'wrong' })
  assert.equal(wrong.body.code, 'setup_code_wrong')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => createVisitor(url).post('/api/setup', { ...operator, setupCode })),
  )
  const statuses = answers.map(({ status }) => status).toSorted()
  assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 409)])
  assert.equal(await program.stop(), 0)
})

/** Twenty times at once, each on a connection of its own, so that all workers get some. */
function manyTimes(
  url: string,
  path: string,
  { jar }: Visitor,
): Promise<{ status: number; worker: string }[]> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const once = () =>
    new Promise<{ status: number; worker: string }>((resolve, reject) => {
      const agent = new Agent({ keepAlive: false })
      const request = httpRequest(`${url}${path}`, { agent, headers: { cookie } }, (response) => {
        response.resume().once('end', () => {
          // The ids of requests begin with what only their process has.
          const [worker = ''] = String(response.headers['x-request-id']).split(/-(?=[^-]*$)/)
          resolve({ status: response.statusCode ?? 0, worker })
        })
      })
      // A connection that went to a worker as it died is never answered.
      request.setTimeout(2_000, () => request.destroy(new Error('No answer in 2 s.')))
      request.once('error', reject).end()
    })
  return Promise.all(Array.from({ length: 20 }, once))
}

function childrenOf({ child }: Program): number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}
