// runs once
/** D4: what the server fetches because somebody else named it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { FetchFailure, Wanted } from '../../engine/outbound/outbound.ts'
import { createFetchPublic, type Surroundings } from '../../server/http/fetch-public.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\n and the rest', 'latin1')
const servers: Server[] = []
const asked: IncomingMessage[] = []
let handle: RequestListener
let port: number
/** Another one, where nothing may ever be asked. */
let inner: number
let innerAsked = 0

async function listen(listener: RequestListener, host: string): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await once(server.listen(0, host), 'listening')
  return (server.address() as AddressInfo).port
}

before(async () => {
  const listener: RequestListener = (request, response) => {
    asked.push(request)
    handle(request, response)
  }
  // One that plays the public internet, and the loopback beside it.
  port = await listen(listener, '127.0.0.2')
  inner = await listen((_request, response) => {
    innerAsked++
    response.end('secret')
  }, '127.0.0.1')
})
after(() => {
  assert.equal(innerAsked, 0, 'nobody was led inside')
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const names: Record<string, string[]> = {
  'pictures.example': ['127.0.0.2'],
  'inner.example': ['127.0.0.1'],
  'both.example': ['127.0.0.2', '127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nothing.example': [],
}
let lookups = 0
const surroundings: Surroundings = {
  async resolve(host) {
    lookups++
    const found = names[host]
    if (!found) throw new Error('ENOTFOUND')
    return found
  },
  isAllowed: (address) => address === '127.0.0.2',
  isPortAllowed: () => true,
}

const fetchPublic = createFetchPublic(surroundings)
const wanted = (url: string, changes: Partial<Wanted> = {}): Wanted => ({
  url,
  type: 'image/',
  bytesMax: 1_000,
  secondsMax: 5,
  ...changes,
})
const at = (path = '/', host = 'pictures.example') => `http://${host}:${port}${path}`

async function refused(url: string, code: FetchFailure['code'], changes?: Partial<Wanted>): Promise<void> {
  assert.deepEqual(await fetchPublic(wanted(url, changes)), { ok: false, failure: { code } }, url)
}

test('what is at a public address is fetched, by one look-up, with nothing of ours', async () => {
  handle = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PNG)
  lookups = 0
  const result = await fetchPublic(wanted(at('/a?b=c#d')))
  assert.deepEqual(result, { ok: true, value: { bytes: PNG, contentType: 'image/png' } })
  assert.equal(lookups, 1)
  const { url, headers } = asked.at(-1) ?? {}
  assert.equal(url, '/a?b=c')
  assert.deepEqual(Object.keys(headers ?? {}).toSorted(), [
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ])
  assert.equal(headers?.host, `pictures.example:${port}`)
})

test('D4: names of inner addresses, one among several too, and what is no address of the web, are not asked', async () => {
  for (const url of [
    `http://127.0.0.1:${inner}/`,
    `http://localhost:${inner}/`.replace('localhost', 'inner.example'),
    `http://both.example:${inner}/`,
    at('/', 'both.example'),
    `http://mapped.example:${inner}/`,
    `http://[::ffff:127.0.0.1]:${inner}/`,
    `http://[::1]:${inner}/`,
    `http://2130706433:${inner}/`,
    `http://0x7f.1:${inner}/`,
    `http://127.1:${inner}/`,
    `http://user:password@pictures.example:${port}/`,
    'http://nothing.example/',
    'ftp://pictures.example/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'pictures.example',
    '',
    at(`/${'x'.repeat(3_000)}`),
  ]) {
    await refused(url, 'address_refused')
  }
  await refused('http://unknown.example/', 'unreachable')
})

test('D4: a name that changes its address between look-up and connection is connected to as it was looked up', async () => {
  handle = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PNG)
  let answers = 0
  const rebinding = createFetchPublic({
    ...surroundings,
    // The first answer is allowed, every later one leads inside.
    resolve: async () => (answers++ === 0 ? ['127.0.0.2'] : ['127.0.0.1']),
  })
  assert.equal((await rebinding(wanted(at('/', 'rebinding.example')))).ok, true)
  assert.equal(answers, 1)
})

test('D4: where a connection really went is looked at before anything is said', async () => {
  let looked = 0
  // As if the address that was resolved were not the one that is connected to.
  const lied = createFetchPublic({ ...surroundings, isAllowed: () => looked++ === 0 })
  const before = asked.length
  assert.deepEqual(await lied(wanted(at())), { ok: false, failure: { code: 'address_refused' } })
  assert.ok(looked >= 2)
  assert.equal(asked.length, before)
})

test('D4: each redirect is judged like the first address, and three are followed', async () => {
  handle = ({ url = '' }, response) => {
    const hops = Number(url.slice(1))
    if (hops > 0) response.writeHead(302, { location: `/${hops - 1}` }).end()
    else response.writeHead(200, { 'content-type': 'image/png' }).end(PNG)
  }
  assert.equal((await fetchPublic(wanted(at('/3')))).ok, true)
  await refused(at('/4'), 'too_many_redirects')
  for (const location of [
    `http://127.0.0.1:${inner}/`,
    `http://inner.example:${inner}/`,
    `//inner.example:${inner}/`,
    'file:///etc/passwd',
    `http://user@pictures.example:${port}/`,
    'http://[',
  ]) {
    for (const status of [301, 302, 303, 307, 308]) {
      handle = (_request, response) => response.writeHead(status, { location }).end()
      await refused(at(), 'address_refused')
    }
  }
  handle = (_request, response) => response.writeHead(302).end()
  await refused(at(), 'status_refused')
})

test('a status that is none, another type, packed content, and too much are refused', async () => {
  const answer = (status: number, headers: Record<string, string | number>, body: Buffer | string = PNG) => {
    handle = (_request, response) => response.writeHead(status, headers).end(body)
  }
  for (const status of [204, 206, 404, 500]) {
    answer(status, { 'content-type': 'image/png' }, '')
    await refused(at(), 'status_refused')
  }
  for (const type of ['text/html', 'application/octet-stream', '']) {
    answer(200, { 'content-type': type })
    await refused(at(), 'type_refused')
  }
  answer(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(100_000)))
  await refused(at(), 'type_refused')
  answer(200, { 'content-type': 'image/png', 'content-length': 1_001 }, Buffer.alloc(1_001))
  await refused(at(), 'too_large')
  answer(200, { 'content-type': 'IMAGE/PNG' }, Buffer.alloc(1_000))
  assert.equal((await fetchPublic(wanted(at()))).ok, true)
  let isClosed = false
  handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    const pour = setInterval(() => response.write(Buffer.alloc(500)), 5)
    response.on('close', () => {
      isClosed = true
      clearInterval(pour)
    })
  }
  await refused(at(), 'too_large')
  for (let i = 0; i < 100 && !isClosed; i++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(isClosed, 'what is too large is not read on')
})

test('what is slow anywhere is given up in time, and what breaks off is no picture', async () => {
  const drip: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    const timer = setInterval(() => response.write('x'), 50)
    response.on('close', () => clearInterval(timer))
  }
  for (const listener of [() => undefined, drip]) {
    handle = listener
    await refused(at(), 'too_slow', { secondsMax: 0.3 })
  }
  const silent = createFetchPublic({ ...surroundings, resolve: () => new Promise(() => undefined) })
  assert.deepEqual(await silent(wanted(at(), { secondsMax: 0.2 })), {
    ok: false,
    failure: { code: 'too_slow' },
  })
  handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': 500 })
    response.write('x', () => response.destroy())
  }
  await refused(at(), 'unreachable')
  handle = (_request, response) => response.destroy()
  await refused(at(), 'unreachable')
  await refused('http://pictures.example:1/', 'unreachable')
})

test('D4: as it is without a test, this machine and ports of other services are refused', async () => {
  const real = createFetchPublic()
  for (const url of [
    `http://127.0.0.1:${inner}/`,
    'http://localhost/',
    'http://8.8.8.8:22/',
    'http://169.254.169.254/',
  ])
    assert.deepEqual(await real(wanted(url)), { ok: false, failure: { code: 'address_refused' } }, url)
})
