import { inTransaction } from '../../../storage/database.ts'
import {
  deletePasskey,
  listPasskeys,
  type Passkey,
  renamePasskey as putName,
} from '../../../storage/passkeys.ts'
import { recordAction } from '../../activity/record.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import type { SignedIn } from '../../sessions/session-cache.ts'
import { type PresenceFailure, provePresence } from '../prove-presence.ts'
import { hasWayInWithout } from '../ways-in.ts'
import { writeNotice } from './notice.ts'

interface Asked {
  realm: Realm
  client: Client
  signedIn: SignedIn
  id: number
}

/** The newest first. */
export function listOwnPasskeys({ db }: Pick<Engine, 'db'>, accountId: number): Promise<Passkey[]> {
  return listPasskeys(db, accountId)
}

/** @returns `not_found` also for somebody else's. */
export async function renamePasskey(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { realm, client, signedIn: { account }, id, name }: Asked & { name: string },
): Promise<Result<Passkey, { code: 'not_found' }>> {
  const accountId = account.id
  return inTransaction(db, async (tx) => {
    const passkey = await putName(tx, { id, accountId, name })
    if (!passkey) return decline({ code: 'not_found' })
    await recordAction(
      tx,
      { clock },
      { realm, client, action: 'passkey.renamed', accountId, detail: { name } },
    )
    return succeed(passkey)
  })
}

/** In order of precedence. */
export type RemovePasskeyFailure =
  | PresenceFailure
  /** Also of somebody else's. */
  | { code: 'not_found' }
  /** Nothing else would let the account in. */
  | { code: 'last_way_in' }

/**
 * Removes one of the account's own passkeys: from then on it opens nothing. Sessions that it opened stay, as after
 * every other change of a way in that is not the password. A mail tells.
 */
export async function removePasskey(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'publicUrl' | 'providers'>,
  { id, password, ...asked }: Asked & { password: string | null },
): Promise<Result<null, RemovePasskeyFailure>> {
  const { db, clock, outbox } = engine
  const { realm, client, signedIn } = asked
  const { account } = signedIn
  const presence = await provePresence(engine, { ...asked, password })
  if (!presence.ok) return presence
  const accountId = account.id
  const removed = await inTransaction(db, async (tx): Promise<Result<null, RemovePasskeyFailure>> => {
    const own = await listPasskeys(tx, accountId)
    if (!own.some((passkey) => passkey.id === id)) return decline({ code: 'not_found' })
    const without = { kind: 'passkey', id } as const
    if (!(await hasWayInWithout(tx, engine, { realm, accountId, without }))) {
      return decline({ code: 'last_way_in' })
    }
    const passkey = await deletePasskey(tx, { id, accountId })
    if (!passkey) return decline({ code: 'not_found' })
    const { name } = passkey
    const entry = { realm, client, accountId, detail: { name } }
    await recordAction(tx, { clock }, { ...entry, action: 'passkey.removed' })
    await writeNotice(tx, engine, { realm, account, kind: 'passkey_removed', name })
    return succeed(null)
  })
  if (removed.ok) outbox.wake()
  return removed
}
