import { lockAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findPasswordHash } from '../../storage/passwords.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { checkNewPassword, type NewPasswordFailure } from './password/check-new-password.ts'
import { type PresenceFailure, provePresence } from './prove-presence.ts'
import { replacePassword } from './replace-password.ts'

/** In order of precedence. */
export type ChangePasswordFailure = NewPasswordFailure | PresenceFailure | { code: 'password_same' }

/**
 * Replaces the account's password, or sets its first, and ends its other sessions and every link that was
 * mailed before, all or nothing.
 *
 * @returns how many other sessions ended; after a failure, nothing has changed.
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function changePassword(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'bus' | 'publicUrl'>,
  input: {
    realm: Realm
    client: Client
    signedIn: SignedIn
    currentPassword: string | null
    newPassword: string
  },
): Promise<Result<{ sessionsEnded: number }, ChangePasswordFailure>> {
  const { db, clock, passwords, bus, outbox } = engine
  const { realm, client, signedIn, currentPassword, newPassword } = input
  const { account, session } = signedIn
  const hints = [account.name, account.username, account.email].filter((hint) => hint !== null)
  const failure = await checkNewPassword(realm.policy.password, newPassword, hints)
  if (failure) return decline(failure)
  const presence = await provePresence(engine, { realm, client, signedIn, password: currentPassword })
  if (!presence.ok) return presence
  if (currentPassword === newPassword) return decline({ code: 'password_same' })

  // Hashing is slow on purpose, so it happens before the transaction opens.
  const phc = await passwords.hash(newPassword)
  const accountId = account.id
  const changed = await inTransaction(
    db,
    async (tx): Promise<Result<{ sessionsEnded: number }, PresenceFailure>> => {
      await lockAccount(tx, accountId)
      // Of two changes at once, the second no longer finds the hash that it verified against.
      if ((await findPasswordHash(tx, accountId, clock.now())) !== presence.value)
        return decline({ code: 'password_wrong' })
      const keepSessionId = session.id
      const sessionsEnded = await replacePassword(tx, engine, { realm, client, account, phc, keepSessionId })
      return succeed({ sessionsEnded })
    },
  )
  if (!changed.ok) return changed
  bus.publish({ kind: 'account_changed', accountId })
  outbox.wake()
  return changed
}
