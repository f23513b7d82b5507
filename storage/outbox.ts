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

export async function deleteOldMails(db: Db, before: number): Promise<void> {
  await db.deleteFrom('outbox').where('created_at', '<', before).execute()
}
