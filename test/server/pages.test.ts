// runs once
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'

const dist = join(import.meta.dirname, '..', '..', 'web', 'dist')
const index = readFileSync(join(dist, 'index.html'), 'utf8')

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

interface Raw {
  status: number | undefined
  headers: Record<string, unknown>
  body: Buffer
}

/** The bytes as they are sent: fetch would unpack them, and forbid caches to answer. */
async function getRaw(path: string, headers: Record<string, string>) {
  const { promise, resolve, reject } = Promise.withResolvers<Raw>()
  httpRequest(`${server.url}${path}`, { headers, agent: false }, (response) => {
    buffer(response).then(
      (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
      reject,
    )
  })
    .once('error', reject)
    .end()
  return promise
}

test('every address of a page answers with the one page, which is asked for anew each time', async () => {
  for (const path of [
    '/',
    '/sign-in',
    '/account',
    '/no/such/page',
    '/confirm-email?realm=main',
    '/x?file=a.js',
    '/ü',
    '/a.b/c',
  ]) {
    const answer = await server.visitor().get(path)
    assert.equal(answer.status, 200, path)
    assert.equal(answer.text, index, path)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
  }
})

test('a file that is not there is not found, and neither is a page by any method but GET and HEAD', async () => {
  for (const path of [
    '/nothing.js',
    '/assets/nothing-12345678.js',
    '/favicon.png',
    '/robots.txt',
    '/a/b.map',
    '/.env',
    '/.git',
  ]) {
    const answer = await server.visitor().get(path)
    assert.equal(answer.status, 404, path)
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    assert.equal((await server.visitor().send(method, '/sign-in')).status, 404, method)
  }
})

test('assets carry their hash in their name, and are kept for ever', async () => {
  const assets = readdirSync(join(dist, 'assets')).filter((name) => !/\.(br|gz)$/.test(name))
  assert.ok(assets.length > 20)
  for (const name of assets) {
    const answer = await server.visitor().get(`/assets/${name}`)
    assert.equal(answer.status, 200, name)
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable', name)
    const types = {
      js: /^(text|application)\/javascript; charset=utf-8$/,
      css: /^text\/css; charset=utf-8$/,
      woff2: /^font\/woff2$/,
    }
    assert.match(
      answer.headers.get('content-type') ?? '',
      types[name.split('.').at(-1) as keyof typeof types],
      name,
    )
  }
})

test('scripts and styles go out compressed ahead of time, by what the browser takes', async () => {
  const [name = ''] = readdirSync(join(dist, 'assets')).filter((file) => file.endsWith('.js.br'))
  const path = `/assets/${name.replace('.br', '')}`
  const plain = readFileSync(join(dist, path))
  const ways: [encodings: string, encoding: string | undefined, unpack: (bytes: Buffer) => Buffer][] = [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['identity', undefined, (bytes) => bytes],
  ]
  for (const [encodings, encoding, unpack] of ways) {
    const { headers, body } = await getRaw(path, { 'accept-encoding': encodings })
    assert.equal(headers['content-encoding'], encoding, encodings)
    assert.match(String(headers['content-type']), /javascript; charset=utf-8$/)
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.match(String(headers.vary), /accept-encoding/i)
    assert.ok(unpack(body).equals(plain), encodings)
  }
})

test('files without a hash are asked for anew, and are not sent twice', async () => {
  for (const name of ['favicon.svg', 'manifest.webmanifest', 'before-paint.js', 'icon-192.png']) {
    const answer = await server.visitor().get(`/${name}`)
    assert.equal(answer.status, 200, name)
    assert.equal(answer.headers.get('cache-control'), 'no-cache', name)
    const { status, body } = await getRaw(`/${name}`, { 'if-none-match': answer.headers.get('etag') ?? '' })
    assert.deepEqual([status, body.length], [304, 0], name)
  }
})

test('the manifest has its own type, and all that it names is there', async () => {
  const answer = await server.visitor().get('/manifest.webmanifest')
  assert.equal(answer.headers.get('content-type'), 'application/manifest+json')
  assert.ok(answer.body.icons.length >= 2)
  for (const { src, type } of answer.body.icons) {
    const icon = await server.visitor().get(new URL(src, `${server.url}/`).pathname)
    assert.equal(icon.status, 200, src)
    assert.equal(icon.headers.get('content-type'), type)
  }
})

test('all that the page asks for is there', async () => {
  const paths = [...index.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)
  assert.ok(paths.length > 3)
  for (const path of paths) assert.equal((await server.visitor().get(path)).status, 200, path)
})

test('no path leads out of the folder of the pages', async () => {
  const { hostname, port } = new URL(server.url)
  const secrets = [/"name": "latchkey"/, /root:/, /defineConfig/, /SQLite format/]
  const up = ['..', '%2e%2e', '.%2e', '%2e%2e%2f..', '..%5c', '..%c0%af', '%252e%252e', '....']
  const targets = ['package.json', 'web/vite.config.ts', 'etc/passwd', 'data/secret']
  for (const dots of up) {
    for (const file of targets) {
      for (const start of ['', '/assets', '/assets/x', '/api/docs', '/starter/docs']) {
        const target = `${start}/${`${dots}/`.repeat(8)}${file}`
        const nearer = [
          `${start}/${dots}/${file}`,
          `${start}/${dots}/${dots}/${file}`,
          `${start}/${dots}%2f${file}`,
        ]
        for (const path of [target, ...nearer, `/${target}`, `${start}//${file}`]) {
          const socket = connect(Number(port), hostname)
          socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
          const answer = await text(socket)
          assert.match(answer, /^HTTP\/1\.1 (200|404|400|403) /, path)
          for (const secret of secrets) assert.ok(!secret.test(answer), path)
          if (answer.startsWith('HTTP/1.1 200'))
            assert.ok(answer.endsWith(index), `${path} is the page, or nothing`)
        }
      }
    }
  }
})

test('the pages about an API bring nothing from elsewhere', async () => {
  for (const prefix of ['/api', '/starter']) {
    const page = await server.visitor().get(`${prefix}/docs`)
    const paths = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
    assert.ok(paths.length >= 4)
    for (const path of paths) {
      assert.match(path, /^\//)
      assert.equal((await server.visitor().get(path)).status, 200, path)
    }
    assert.ok(!/<script>|onload=/.test(page.text), 'the policy would not run it')
    assert.equal((await server.visitor().get(`${prefix}/docs/nothing.js`)).status, 404)
    assert.equal((await server.visitor().get(`${prefix}/docs/package.json`)).status, 404)
  }
})
