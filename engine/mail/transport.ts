import { createTransport } from 'nodemailer'
import type { Deliver } from './sender.ts'

const CONNECT_TIMEOUT_MS = 10_000
const SOCKET_TIMEOUT_MS = 30_000
/** Mails come in bursts: those of one share a connection. */
const IDLE_TIMEOUT_MS = 10_000

export interface SmtpTransport {
  deliver: Deliver
  /** @throws what the mail server, or the way to it, says. */
  verify(): Promise<void>
  close(): void
}

/** Sends by SMTP (RFC 5321): `smtp://user:pass@host:port`, or `smtps://` for TLS from the start. */
export function smtpTransport({ url, from }: { url: string; from: string }): SmtpTransport {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 1,
      // Once, for a connection that the mail server has closed meanwhile; the outbox does the rest.
      maxRequeues: 1,
      idleTimeout: IDLE_TIMEOUT_MS,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  )
  return {
    async deliver({ to, subject, text, html }) {
      // An address as an object: no part of it can be read as a second recipient or a header.
      await transport.sendMail({ to: { name: '', address: to }, subject, text, html })
    },
    verify: async () => void (await transport.verify()),
    close: () => transport.close(),
  }
}
