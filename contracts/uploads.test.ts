// runs once
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { form, formOf } from '../test/support/pictures.ts'
import { uploadOf, uploadRoutes } from './uploads.ts'

const BYTES_MAX = 100_000
let fastify: FastifyInstance
let url: string
/** How often the handler was reached. */
let reached = 0

before(async () => {
  fastify = Fastify()
  uploadRoutes(
    fastify,
    (scope) => {
      scope.post('/', { config: { uploadBytesMax: BYTES_MAX, access: 'public' } }, async (request, reply) => {
        reached++
        const upload = uploadOf(request, reply)
        return upload.ok ? { bytes: upload.value.length, first: upload.value[0] } : upload.failure
      })
    },
    { secondsMax: 0.5 },
  )
  url = await fastify.listen({ port: 0, host: '127.0.0.1' })
})
after(() => fastify.close())

async function send(what: { headers?: Record<string, string>; body?: string | Uint8Array }): Promise<any> {
  const answer = await fetch(url, { method: 'POST', ...what, body: what.body as BodyInit })
  return answer.json()
}

/** A request that is written by hand. */
async function open(text: string): Promise<{ write(text: string): void; answer: Promise<string> }> {
  const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  let said = ''
  socket.setEncoding('latin1').on('data', (piece) => {
    said += piece
  })
  socket.on('error', () => undefined)
  socket.write(text)
  // A connection that is closed while one writes is no failure here.
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(said)))
  return { write: (more) => void socket.write(more), answer }
}

const HEAD =
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const PART = '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n'

test('a file is read whole, in whatever pieces it comes', async () => {
  const bytes = Buffer.alloc(90_000, 7)
  assert.deepEqual(await send(formOf(bytes)), { bytes: 90_000, first: 7 })
  const piecemeal = await open(`${HEAD}Connection: close\r\n\r\n`)
  for (const letter of `${PART}hello\r\n--b--`) piecemeal.write(chunk(letter))
  piecemeal.write('0\r\n\r\n')
  assert.match(await piecemeal.answer, /\{"bytes":5,"first":104\}/)
})

test('the last file counts; a file grows beyond its first room and is none of another', async () => {
  const [long, short] = [Buffer.alloc(80_000, 1), Buffer.alloc(10, 2)]
  assert.deepEqual(await send(form([{ content: long }, { content: short }])), { bytes: 10, first: 2 })
  assert.deepEqual(await send(form([{ content: short }, { content: long }])), { bytes: 80_000, first: 1 })
  assert.deepEqual(await send(form([{ content: long }, { content: '' }])), { code: 'upload_empty' })
})

test('D8: what is too long is heard out and refused, and without end it is cut off', async () => {
  assert.deepEqual(await send(formOf(Buffer.alloc(BYTES_MAX))), { code: 'upload_too_large' })
  assert.deepEqual(await send(formOf(Buffer.alloc(5_000_000))), { code: 'upload_too_large' })
  const endless = await open(`${HEAD}\r\n${chunk(PART)}`)
  const megabyte = chunk('x'.repeat(1_000_000))
  const pouring = setInterval(() => endless.write(megabyte), 1)
  const answer = await endless.answer
  clearInterval(pouring)
  assert.match(answer, /connection: close/i)
  assert.match(answer, /upload_too_large/)
})

test('D8: a form that does not come to its end in time is answered and its connection closed', async () => {
  const slow = await open(`${HEAD}\r\n${chunk(PART)}`)
  const dripping = setInterval(() => slow.write(chunk('x')), 50)
  const answer = await slow.answer
  clearInterval(dripping)
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(answer, /connection: close/i)
  assert.match(answer, /upload_too_slow/)
})

test('D8: of many at once by one caller some are refused before they are read, and then there is room again', async () => {
  const waiting = await Promise.all(Array.from({ length: 4 }, () => open(`${HEAD}\r\n${chunk(PART)}`)))
  // Each of the four has been seen once this one is refused.
  for (;;) {
    const answer = await send(formOf('x'))
    if (answer.code === 'uploads_busy') {
      assert.equal(answer.retryAfterSeconds, 5)
      break
    }
  }
  for (const { answer } of waiting) assert.match(await answer, /upload_too_slow/)
  assert.deepEqual(await send(formOf('x')), { bytes: 1, first: 120 })
})

test('who goes away in the middle leaves nothing behind', async () => {
  const before = reached
  for (let i = 0; i < 10; i++) {
    const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`${HEAD}\r\n${chunk(PART)}`, () => socket.destroy())
    await once(socket, 'close')
  }
  // Their places are given back as soon as the server has noticed.
  for (;;) if ((await send(formOf('x'))).bytes === 1) break
  assert.ok(reached > before)
})
