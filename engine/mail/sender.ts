import type { Storage } from '../../storage/database.ts'
import { leaseMails, markMailRefused, markMailSent, type OutboxMail } from '../../storage/outbox.ts'
import { type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { OUTBOX_SEAL } from './outbox.ts'
import type { MailContent } from './render.ts'

/** Brings one mail to where it goes. @throws when it was not taken. */
export type Deliver = (mail: { id: number; to: string; kind: string } & MailContent) => Promise<void>

export interface Sender {
  /** Sends what is due now; used by the loop, and by tests. @returns how many were sent. */
  sendDue(): Promise<number>
  start(): void
  /** Finishes the mail under way. */
  stop(): Promise<void>
}

const BATCH = 10
/** Longer than any delivery may take; a process that dies leaves its mails to the others after that. */
const LEASE_MS = 2 * MINUTE_MS
/** How often the outbox is looked at when nobody says that something waits. */
const LOOK_MS = 5 * SECOND_MS
/** After the last one the mail has failed; in all about two days. */
const RETRY_MS = [
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
]
/** 5yz of RFC 5321 §4.2.1: the server will not take this mail, however often it is asked. */
const PERMANENT = /^5\d\d$/
const ERROR_LENGTH_MAX = 300

/** Sends what the outbox holds, at least once, and each by one process at a time. */
export function createSender({
  db,
  bus,
  clock,
  secrets,
  deliver,
  keepsContent = false,
  onError,
}: Pick<Storage, 'db' | 'bus'> & {
  clock: Clock
  secrets: Secrets
  deliver: Deliver
  /** Whether a mail can be read after it was delivered; for the mailbox of a server without SMTP. */
  keepsContent?: boolean
  onError: (error: unknown) => void
}): Sender {
  let timer: NodeJS.Timeout | undefined
  let isStopped = true
  let underWay: Promise<unknown> = Promise.resolve()

  const sendOne = async ({ id, recipient, kind, contentSealed, attempts }: OutboxMail): Promise<boolean> => {
    try {
      const content = JSON.parse(secrets.unseal(OUTBOX_SEAL, contentSealed)) as MailContent
      await deliver({ id, to: recipient, kind, ...content })
    } catch (error) {
      const { message, responseCode } = error as Error & { responseCode?: number }
      const pause = PERMANENT.test(String(responseCode)) ? undefined : RETRY_MS[attempts]
      const now = clock.now()
      const nextAttemptAt = pause === undefined ? null : now + pause
      await markMailRefused(db, { id, error: message.slice(0, ERROR_LENGTH_MAX), nextAttemptAt, now })
      return false
    }
    await markMailSent(db, { id, keepsContent, now: clock.now() })
    return true
  }

  const sendDue = async (): Promise<number> => {
    let sent = 0
    for (;;) {
      const now = clock.now()
      const mails = await leaseMails(db, { now, leasedUntil: now + LEASE_MS, limit: BATCH })
      if (mails.length === 0) return sent
      for (const mail of mails) if (await sendOne(mail)) sent++
    }
  }

  const look = (): void => {
    clearTimeout(timer)
    if (isStopped) return
    underWay = underWay
      .then(sendDue)
      .catch(onError)
      .finally(() => {
        clearTimeout(timer)
        if (!isStopped) timer = setTimeout(look, LOOK_MS)
      })
  }
  bus.subscribe(({ kind }) => {
    if (kind === 'mail_waiting') look()
  })

  return {
    sendDue,
    start() {
      isStopped = false
      look()
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
