import type { Account } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findMail, type ListedMail, listMails, type MailState, makeMailDue } from '../../storage/outbox.ts'
import { canRun } from '../accounts/can-act.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { OUTBOX_SEAL } from './outbox.ts'

export type { ListedMail, MailState } from '../../storage/outbox.ts'
export const mailStates: MailState[] = ['waiting', 'failed', 'sent']

/** Mails of a realm, the newest first, without what stands in them. */
export function listMailbox(
  { db }: Pick<Engine, 'db'>,
  query: { realm: Realm; state?: MailState; before?: number; limit: number },
): Promise<ListedMail[]> {
  const { realm, ...rest } = query
  return listMails(db, { realmId: realm.id, ...rest })
}

interface AsAdmin {
  realm: Realm
  client: Client
  actor: Account
  /** The realm that the mail is looked for in. */
  ofRealm: Realm
  id: number
}

export interface MailContent {
  subject: string
  text: string
  html: string
}

/**
 * Shows a mail that was captured, because there is no mail server. One that goes, or went, to somebody else's
 * mailbox is not shown: it holds what lets that person in. Reading leaves a line in the action log.
 */
export async function readCapturedMail(
  { db, clock, secrets }: Pick<Engine, 'db' | 'clock' | 'secrets'>,
  { realm, client, actor, ofRealm, id }: AsAdmin,
): Promise<Result<MailContent, { code: 'not_found' }>> {
  const mail = await findMail(db, id)
  const mayRead = canRun({ account: actor, realm }, ofRealm) && mail?.realmId === ofRealm.id
  // Only what was captured keeps its content after it was "sent".
  if (!mail || !mayRead || mail.sentAt === null || !mail.contentSealed) return decline({ code: 'not_found' })
  const { accountId } = mail
  await recordAction(
    db,
    { clock },
    { realm: ofRealm, client, action: 'mail.read', accountId, actorId: actor.id },
  )
  return succeed(JSON.parse(secrets.unseal(OUTBOX_SEAL, mail.contentSealed)) as MailContent)
}

/** Tries a mail again at once that waits or was given up. @returns `not_found` also for one that was sent. */
export async function retryMail(
  { db, clock, outbox }: Pick<Engine, 'db' | 'clock' | 'outbox'>,
  { realm, client, actor, ofRealm, id }: AsAdmin,
): Promise<Result<null, { code: 'not_found' }>> {
  const mail = await findMail(db, id)
  if (!canRun({ account: actor, realm }, ofRealm) || mail?.realmId !== ofRealm.id)
    return decline({ code: 'not_found' })
  const isDue = await inTransaction(db, async (tx) => {
    if (!(await makeMailDue(tx, { id, now: clock.now() }))) return false
    const { accountId } = mail
    const entry = { realm: ofRealm, client, action: 'mail.retried', accountId, actorId: actor.id } as const
    await recordAction(tx, { clock }, entry)
    return true
  })
  if (!isDue) return decline({ code: 'not_found' })
  outbox.wake()
  return succeed(null)
}
