import { insertActionLogEntry } from '../../storage/action-log.ts'
import type { Db } from '../../storage/database.ts'
import type { Client } from '../client.ts'
import type { Clock } from '../clock.ts'
import type { Realm } from '../realm.ts'
import { newEntryUid } from './entry-uid.ts'
import { publicCodeOf } from './public-code.ts'

/** What the action log can tell. Stable for ever: people filter by them. */
export const actions = [
  'account.created',
  'account.changed',
  'account.disabled',
  'account.enabled',
  'account.closed',
  'account.deleted',
  'realm.set_up',
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.refused',
  'sign_in.code_sent',
  'session.ended',
  'password.changed',
  'password.ended',
  'recovery.asked',
  'recovery.completed',
  'email.confirmed',
  'email.refused',
  'email.code_sent',
  'email.code_wrong',
  'email.change_asked',
  'email.changed',
  'device.moved',
  'invitation.created',
  'api_token.created',
  'api_token.revoked',
  'account.role_changed',
  'place.changed',
  'picture.not_kept',
  'totp.enabled',
  'totp.disabled',
  'recovery_codes.renewed',
  'passkey.added',
  'passkey.renamed',
  'passkey.removed',
  'oauth.linked',
  'oauth.unlinked',
  'mail.read',
  'mail.retried',
] as const

export type Action = (typeof actions)[number]

/**
 * Writes one line of the action log, in the transaction of what it tells. `detail` holds no secret and nothing
 * that identifies a person who has no account.
 */
export async function recordAction(
  db: Db,
  { clock }: { clock: Clock },
  entry: {
    realm: Pick<Realm, 'id'>
    client: Client
    action: Action
    accountId: number | null
    actorId?: number | null
    detail?: Record<string, string | number | boolean>
  },
): Promise<void> {
  const { realm, client, action, accountId, actorId = accountId, detail = {} } = entry
  await insertActionLogEntry(db, {
    uid: newEntryUid(clock),
    realmId: realm.id,
    app: client.app,
    action,
    actorId,
    accountId,
    address: client.address,
    userAgent: client.userAgent,
    requestId: client.requestId,
    detail,
    publicCode: publicCodeOf({ action, accountId, actorId, detail }),
    createdAt: clock.now(),
  })
}
