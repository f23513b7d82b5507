// runs once
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Files, FilesError, newFileKey, openFiles } from './files.ts'

const BUCKET = 'pictures'
const KEY_ID = 'AKIATEST'

/** What a bucket answers, as far as we ask. */
const objects = new Map<string, { bytes: Buffer; type: string | undefined }>()
const asked: { method: string; path: string; signature: string; contentHash: string }[] = []
let isAway = false
const s3 = createServer(async (request, response) => {
  const { method = '', url = '' } = request
  const bytes = await bodyOf(request)
  const path = URL.parse(url, 'http://s3')?.pathname ?? ''
  const { authorization = '', 'x-amz-content-sha256': contentHash } = request.headers
  asked.push({ method, path, signature: authorization, contentHash: String(contentHash) })
  const answer = (status: number, body?: Buffer | string) => response.writeHead(status).end(body)
  if (isAway) return answer(503)
  const isSigned = new RegExp(
    `^AWS4-HMAC-SHA256 Credential=${KEY_ID}/\\d{8}/eu-test-1/s3/aws4_request, SignedHeaders=[\\w;-]*host[\\w;-]*, Signature=[0-9a-f]{64}$`,
  ).test(authorization)
  if (!isSigned) return answer(403, '<Error><Code>AccessDenied</Code></Error>')
  const object = objects.get(path)
  if (method === 'PUT') {
    objects.set(path, { bytes, type: request.headers['content-type'] })
    return answer(200)
  }
  if (method === 'DELETE') return objects.delete(path) ? answer(204) : answer(204)
  if (!object) return answer(404, '<Error><Code>NoSuchKey</Code></Error>')
  response.writeHead(200, { 'content-length': object.bytes.length })
  return response.end(method === 'HEAD' ? undefined : object.bytes)
})

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray())
}

let folder: string
let stores: Record<'disk' | 's3', Files>
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-files-'))
  await once(s3.listen(0, '127.0.0.1'), 'listening')
  stores = { disk: openFiles({ kind: 'disk', folder }), s3: openBucket() }
})
after(async () => {
  s3.closeAllConnections()
  s3.close()
  await rm(folder, { recursive: true, force: true })
})

function openBucket(): Files {
  const endpoint = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`
  const keys = { accessKeyId: KEY_ID, secretAccessKey: 'secret/+' }
  return openFiles({ kind: 's3', bucket: BUCKET, region: 'eu-test-1', endpoint, ...keys })
}

async function contentOf(files: Files, key: string): Promise<Buffer | undefined> {
  const stream = await files.read(key)
  return stream && Buffer.concat(await stream.toArray())
}

for (const kind of ['disk', 's3'] as const) {
  test(`${kind}: a file is read as it was written, replaced, and removed; none is no failure`, async () => {
    const files = stores[kind]
    const key = newFileKey('pictures')
    assert.equal(await files.read(key), undefined)
    await files.remove(key)
    const large = Buffer.alloc(3_000_000, 'ab')
    for (const bytes of [Buffer.from('first'), large, Buffer.alloc(0)]) {
      await files.write(key, bytes, 'image/webp')
      assert.deepEqual(await contentOf(files, key), bytes)
    }
    await files.remove(key)
    assert.equal(await files.read(key), undefined)
    await files.check()
  })

  test(`${kind}: nothing but keys of ours is a key`, async () => {
    for (const key of [
      '',
      'x',
      '../secret',
      'pictures/../../secret',
      `pictures/ab/${'A'.repeat(32)}`,
      '/etc/passwd',
    ]) {
      await assert.rejects(stores[kind].write(key, Buffer.from('x'), 'text/plain'), FilesError)
      await assert.rejects(stores[kind].read(key), FilesError)
      await assert.rejects(stores[kind].remove(key), FilesError)
    }
  })
}

test('disk: a file is there whole or not at all, for its owner alone, and nothing is left of a failure', async () => {
  const key = newFileKey('pictures')
  const files = stores.disk
  await files.write(key, Buffer.alloc(2_000_000, 1), 'image/webp')
  assert.equal((await stat(join(folder, key))).mode & 0o077, 0)
  // Whoever reads meanwhile sees one or the other.
  let isWriting = true
  const writing = (async () => {
    for (let i = 2; i < 8; i++) await files.write(key, Buffer.alloc(2_000_000, i), 'image/webp')
    isWriting = false
  })()
  while (isWriting) {
    const content = await contentOf(files, key)
    assert.equal(content?.length, 2_000_000)
    assert.equal(content?.at(-1), content?.at(0))
  }
  await writing
  const blocked = newFileKey('pictures')
  await mkdir(join(folder, blocked), { recursive: true })
  await assert.rejects(files.write(blocked, Buffer.from('x'), 'image/webp'), FilesError)
  assert.deepEqual(await readdir(join(folder, 'unfinished')), [])
})

test('disk: what a process that died left unfinished is removed, once it is old', async () => {
  const now = Date.now()
  for (const [name, minutes] of [
    ['old', 61],
    ['young', 1],
  ] as const) {
    const path = join(folder, 'unfinished', name)
    await writeFile(path, 'half')
    await utimes(path, new Date(), new Date(now - minutes * 60_000))
  }
  await stores.disk.tidy(now)
  assert.deepEqual(await readdir(join(folder, 'unfinished')), ['young'])
})

test('disk: a folder that may not be written is found by the check', async () => {
  const blocked = join(folder, 'a-file')
  await writeFile(blocked, '')
  await chmod(blocked, 0o400)
  await assert.rejects(openFiles({ kind: 'disk', folder: blocked }).check(), FilesError)
})

test('s3: each request is signed, and a file says what it is', async () => {
  const key = newFileKey('pictures')
  asked.length = 0
  await stores.s3.write(key, Buffer.from('hello'), 'image/webp')
  await contentOf(stores.s3, key)
  assert.equal(objects.get(`/${BUCKET}/${key}`)?.type, 'image/webp')
  await stores.s3.remove(key)
  assert.deepEqual(
    asked.map(({ method, path }) => `${method} ${path}`),
    ['PUT', 'GET', 'DELETE'].map((method) => `${method} /${BUCKET}/${key}`),
  )
  assert.ok(asked.every(({ signature }) => signature.startsWith('AWS4-HMAC-SHA256 ')))
  assert.equal(asked[0]?.contentHash, createHash('sha256').update('hello').digest('hex'))
  assert.ok(!JSON.stringify(asked).includes('secret/+'))
})

test('s3: a store that is away, or refuses us, is a failure that does not tell the secret', async () => {
  const key = newFileKey('pictures')
  isAway = true
  try {
    await assert.rejects(stores.s3.write(key, Buffer.from('x'), 'image/webp'), (error: Error) => {
      assert.ok(error instanceof FilesError)
      assert.ok(!JSON.stringify([error.message, String(error.cause)]).includes('secret'))
      return true
    })
    await assert.rejects(stores.s3.check(), FilesError)
  } finally {
    isAway = false
  }
})
