import { inTransaction } from '../../storage/database.ts'
import { deleteSession, deleteSessionsOf, listSessions, type Session } from '../../storage/sessions.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

type Parts = Pick<Engine, 'db' | 'clock' | 'bus'>

/** More than anybody looks through; the newest uses are shown. */
const SESSIONS_SHOWN_MAX = 100

/**
 * Ends one session of the account: its token is worth nothing from now on, in every process.
 *
 * @returns `not_found` also for somebody else's session.
 */
export async function endSession(
  { db, clock, bus }: Parts,
  {
    realm,
    accountId,
    sessionId,
    client,
  }: { realm: Realm; accountId: number; sessionId: string; client: Client },
): Promise<Result<null, { code: 'not_found' }>> {
  const ended = await inTransaction(db, async (tx) => {
    if (!(await deleteSession(tx, { id: sessionId, accountId }))) return false
    await recordAction(tx, { clock }, { realm, client, action: 'session.ended', accountId })
    return true
  })
  if (!ended) return decline({ code: 'not_found' })
  bus.publish({ kind: 'session_ended', sessionId })
  return succeed(null)
}

/** Ends every session of the account but the one that asks. */
export async function endOtherSessions(
  { db, clock, bus }: Parts,
  {
    realm,
    accountId,
    sessionId,
    client,
  }: { realm: Realm; accountId: number; sessionId: string; client: Client },
): Promise<{ sessionsEnded: number }> {
  const sessionsEnded = await inTransaction(db, async (tx) => {
    const count = await deleteSessionsOf(tx, { accountId, keepSessionId: sessionId })
    const detail = { count }
    if (count > 0)
      await recordAction(tx, { clock }, { realm, client, action: 'session.ended', accountId, detail })
    return count
  })
  bus.publish({ kind: 'account_changed', accountId })
  return { sessionsEnded }
}

/** Live sessions of the account, the last used first. */
export async function listOwnSessions(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { accountId }: { accountId: number },
): Promise<Session[]> {
  return listSessions(db, { accountId, now: clock.now(), limit: SESSIONS_SHOWN_MAX })
}
