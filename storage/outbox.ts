import type { Db } from './database.ts'

export interface OutboxMail {
  id: number
  recipient: string
  kind: string
  contentSealed: Uint8Array
  attempts: number
}

export async function insertMail(
  db: Db,
  mail: {
    realmId: number
    accountId: number | null
    recipient: string
    kind: string
    contentSealed: Uint8Array
    now: number
  },
): Promise<void> {
  await db
    .insertInto('outbox')
    .values({
      realm_id: mail.realmId,
      account_id: mail.accountId,
      recipient: mail.recipient,
      kind: mail.kind,
      content_sealed: mail.contentSealed,
      attempts: 0,
      next_attempt_at: mail.now,
      leased_until: 0,
      sent_at: null,
      failed_at: null,
      last_error: null,
      created_at: mail.now,
    })
    .execute()
}

/** Takes mails that are due, for so long that nobody else takes them meanwhile. */
export async function leaseMails(
  db: Db,
  { now, leasedUntil, limit }: { now: number; leasedUntil: number; limit: number },
): Promise<OutboxMail[]> {
  const rows = await db
    .updateTable('outbox')
    .set({ leased_until: leasedUntil })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('outbox')
        .select('id')
        .where('sent_at', 'is', null)
        .where('failed_at', 'is', null)
        .where('next_attempt_at', '<=', now)
        .where('leased_until', '<=', now)
        .orderBy('next_attempt_at')
        .limit(limit),
    )
    // Again, for the row as it is now: on PostgreSQL another process may have taken it since the inner look.
    .where('leased_until', '<=', now)
    .where('sent_at', 'is', null)
    .returning(['id', 'recipient', 'kind', 'content_sealed as contentSealed', 'attempts'])
    .execute()
  return rows
    .flatMap((row) => (row.contentSealed ? [{ ...row, contentSealed: row.contentSealed }] : []))
    .sort((a, b) => a.id - b.id)
}

/** Sent: the content goes, since it may hold a code or link, unless it went nowhere but here. */
export async function markMailSent(
  db: Db,
  { id, keepsContent, now }: { id: number; keepsContent: boolean; now: number },
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ sent_at: now, last_error: null, ...(!keepsContent && { content_sealed: null }) })
    .where('id', '=', id)
    .execute()
}

/** Not sent: `nextAttemptAt` null gives up. */
export async function markMailRefused(
  db: Db,
  { id, error, nextAttemptAt, now }: { id: number; error: string; nextAttemptAt: number | null; now: number },
): Promise<void> {
  await db
    .updateTable('outbox')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      last_error: error,
      leased_until: 0,
      ...(nextAttemptAt === null ? { failed_at: now } : { next_attempt_at: nextAttemptAt }),
    }))
    .where('id', '=', id)
    .execute()
}

export async function countMails(db: Db): Promise<{ waiting: number; failed: number }> {
  const count = async (column: 'failed_at' | 'sent_at'): Promise<number> => {
    let query = db.selectFrom('outbox').select((eb) => eb.fn.countAll<number>().as('count'))
    query =
      column === 'failed_at'
        ? query.where('failed_at', 'is not', null)
        : query.where('sent_at', 'is', null).where('failed_at', 'is', null)
    return Number((await query.executeTakeFirstOrThrow()).count)
  }
  return { waiting: await count('sent_at'), failed: await count('failed_at') }
}

/** A mail as the mailbox lists it: without its content. */
export interface ListedMail {
  id: number
  realmId: number
  recipient: string
  kind: string
  attempts: number
  sentAt: number | null
  failedAt: number | null
  nextAttemptAt: number
  lastError: string | null
  createdAt: number
  hasContent: boolean
}

export type MailState = 'waiting' | 'failed' | 'sent'

/** The newest first, from before an id on; of all realms if none is named. */
export async function listMails(
  db: Db,
  { realmId, state, before, limit }: { realmId?: number; state?: MailState; before?: number; limit: number },
): Promise<ListedMail[]> {
  let query = db
    .selectFrom('outbox')
    .select((eb) => [
      'id',
      'realm_id as realmId',
      'recipient',
      'kind',
      'attempts',
      'sent_at as sentAt',
      'failed_at as failedAt',
      'next_attempt_at as nextAttemptAt',
      'last_error as lastError',
      'created_at as createdAt',
      eb.case().when('content_sealed', 'is', null).then(0).else(1).end().as('hasContent'),
    ])
    .orderBy('id', 'desc')
    .limit(limit)
  if (realmId !== undefined) query = query.where('realm_id', '=', realmId)
  if (before !== undefined) query = query.where('id', '<', before)
  if (state === 'sent') query = query.where('sent_at', 'is not', null)
  if (state === 'failed') query = query.where('failed_at', 'is not', null)
  if (state === 'waiting') query = query.where('sent_at', 'is', null).where('failed_at', 'is', null)
  const rows = await query.execute()
  return rows.map((row) => ({ ...row, hasContent: row.hasContent === 1 }))
}

export async function findMail(
  db: Db,
  id: number,
): Promise<
  | {
      id: number
      realmId: number
      accountId: number | null
      contentSealed: Uint8Array | null
      sentAt: number | null
    }
  | undefined
> {
  return db
    .selectFrom('outbox')
    .select([
      'id',
      'realm_id as realmId',
      'account_id as accountId',
      'content_sealed as contentSealed',
      'sent_at as sentAt',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Makes a mail that was not sent due at once, with all its tries before it again. @returns false if it was sent. */
export async function makeMailDue(db: Db, { id, now }: { id: number; now: number }): Promise<boolean> {
  const row = await db
    .updateTable('outbox')
    .set({ next_attempt_at: now, failed_at: null, attempts: 0 })
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .where('content_sealed', 'is not', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteOldMails(db: Db, before: number): Promise<void> {
  await db.deleteFrom('outbox').where('created_at', '<', before).execute()
}
