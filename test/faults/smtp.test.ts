/** Mail servers that are away, say nothing, hang up or refuse: nobody waits for them, and the mail arrives. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { newName, PASSWORD } from '../attacks/people.ts'
import { until } from '../support/engine.ts'
import { startLatchkey } from '../support/latchkey.ts'
import { findFreePort } from '../support/process.ts'
import { startSmtp } from '../support/smtp.ts'

/** A server that is no mail server. */
async function startBroken(
  port: number,
  treat: (socket: Socket) => void,
): Promise<{ close(): Promise<void>; met: () => number }> {
  const sockets = new Set<Socket>()
  let met = 0
  const server: Server = createServer((socket) => {
    met++
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    treat(socket)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    met: () => met,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

const kinds: Record<string, ((socket: Socket) => void) | undefined> = {
  'is not there': undefined,
  'hangs up at once': (socket) => socket.destroy(),
  'says what no mail server says': (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'is too busy': (socket) => socket.end('421 mail.example.org too busy\r\n'),
  'hangs up after the greeting': (socket) => {
    socket.write('220 mail.example.org\r\n')
    socket.once('data', () => socket.destroy())
  },
  // Given up after ten seconds; it comes last, so that only one test waits for it.
  'says nothing at all': () => undefined,
}

for (const [what, treat] of Object.entries(kinds)) {
  test(`where the mail server ${what}, people are answered at once, and get their mail when it is well again`, async () => {
    const port = await findFreePort()
    const broken = treat && (await startBroken(port, treat))
    const server = await startLatchkey({ env: { SMTP_URL: `smtp://127.0.0.1:${port}` } })
    try {
      const email = `${newName()}@example.com`
      const startedAt = performance.now()
      const asked = await server.visitor().post('/starter/api/auth/send-code', { email })
      assert.deepEqual([asked.status, asked.body], [200, { sent: true }])
      const username = newName()
      const body = { username, email: `${username}@example.com`, password: PASSWORD }
      assert.equal((await server.visitor().post('/starter/api/auth/register', body)).status, 201)
      assert.ok(performance.now() - startedAt < 5_000, 'nobody waited for it')
      if (broken) await until(broken.met)
      await broken?.close()

      const healthy = await startSmtp({ port })
      try {
        const goOn = async (): Promise<unknown> => {
          server.clock.advance(11_000)
          // Whatever wakes the sender: it would look by itself, but only every few seconds of real time.
          return server.visitor().post('/starter/api/auth/forgot-password', { email: 'nobody@example.com' })
        }
        const mailTo = async (address: string) => {
          const found = healthy.mails.find(({ to }) => to.includes(address))
          if (!found) await goOn()
          return found
        }
        const mail = await until(() => mailTo(email))
        assert.ok(mail)
        assert.ok(await until(() => mailTo(body.email)))
        const [code] = mail.text.match(/^\d{6}$/m) ?? []
        assert.ok(code)
      } finally {
        await server.close()
        await healthy.close()
      }
    } finally {
      await broken?.close().catch(() => undefined)
      await server.close().catch(() => undefined)
    }
  })
}

test('a refused address is given up at once, and does not hold up the others', async () => {
  const server = await startLatchkey()
  try {
    server.smtp.refuse(true)
    const email = `${newName()}@example.com`
    await server.visitor().post('/starter/api/auth/send-code', { email })
    await new Promise((resolve) => setImmediate(resolve))
    server.smtp.refuse(false)
    const other = `${newName()}@example.com`
    await server.visitor().post('/starter/api/auth/send-code', { email: other })
    assert.ok(await server.smtp.waitForMail(other))
    server.clock.advance(11_000)
    await server.visitor().post('/starter/api/auth/send-code', { email: `${newName()}@example.com` })
    assert.ok(await server.smtp.waitForMail(email))
  } finally {
    await server.close()
  }
})
