import { type Account, setDisabled, updateAccount } from '../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import { replacePassword } from '../authenticators/replace-password.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { type FindForAdminFailure, findForAdmin } from './can-act.ts'
import { holdAccount, shutAccount } from './shut-account.ts'

/** What is left out stays as it is. */
export interface AdminChanges {
  password?: string | undefined
  name?: string | null | undefined
  role?: string | undefined
  isActive?: boolean | undefined
  tier?: number | undefined
  extra?: Record<string, unknown> | undefined
}

/** In order of precedence. */
export type ChangeByAdminFailure =
  | FindForAdminFailure
  /** One's own password is changed with the old one. */
  | { code: 'own_password' }
  | NewPasswordFailure
  | { code: 'last_admin' }

interface ChangeByAdmin {
  realm: Realm
  client: Client
  actor: Account
  uid: string
  changes: AdminChanges
}

type Parts = Pick<Engine, 'db' | 'clock' | 'passwords' | 'outbox' | 'publicUrl' | 'bus'>

/**
 * Changes somebody's account, all or nothing. A new password ends every session and link of theirs, and so does
 * being shut out. The last admin who lets people in stays one.
 */
export async function changeByAdmin(
  engine: Parts,
  { realm, client, actor, uid, changes }: ChangeByAdmin,
): Promise<Result<null, ChangeByAdminFailure>> {
  const { db, passwords, outbox, bus } = engine
  const found = await findForAdmin({ db }, { realm, actor, uid, action: 'change' })
  if (!found.ok) return found
  // Accounts of other realms are not this app's, whoever asks.
  if (found.value.realmId !== realm.id) return decline({ code: 'not_found' })
  const { id: accountId, name, email } = found.value
  const { password } = changes
  if (password !== undefined && accountId === actor.id) return decline({ code: 'own_password' })
  const hints = [name, email].filter((hint) => hint !== null)
  const failure =
    password === undefined ? undefined : await checkNewPassword(realm.policy.password, password, hints)
  if (failure) return decline(failure)
  // Hashing is slow on purpose, so it happens before the transaction opens.
  const phc = password === undefined ? undefined : await passwords.hash(password)
  const changed = await inTransaction(db, (tx) =>
    change(tx, engine, { realm, client, actor, accountId, phc, changes }),
  )
  if (!changed.ok) return changed
  bus.publish({ kind: 'account_changed', accountId })
  outbox.wake()
  return changed
}

async function change(
  tx: Tx,
  engine: Parts,
  {
    realm,
    client,
    actor,
    accountId,
    phc,
    changes: { name, role, isActive, tier, extra },
  }: Omit<ChangeByAdmin, 'uid'> & { accountId: number; phc: string | undefined },
): Promise<Result<null, ChangeByAdminFailure>> {
  const { clock } = engine
  const now = clock.now()
  const { account, isLastAdmin } = await holdAccount(tx, { realmId: realm.id, accountId })
  const entry = { realm, client, accountId, actorId: actor.id }
  const isSteppingDown = (role !== undefined && role !== 'admin') || isActive === false
  if (isLastAdmin && isSteppingDown) return decline({ code: 'last_admin' })
  await updateAccount(tx, { id: accountId, now, name, role, tier, extra })
  const fields = Object.entries({ name, tier, extra }).filter(([, value]) => value !== undefined)
  if (fields.length > 0) {
    const detail = { fields: fields.map(([field]) => field).join(' ') }
    await recordAction(tx, { clock }, { ...entry, action: 'account.changed', detail })
  }
  if (role !== undefined && role !== account.role) {
    const detail = { from: account.role, to: role }
    await recordAction(tx, { clock }, { ...entry, action: 'account.role_changed', detail })
  }
  if (phc !== undefined) {
    await replacePassword(tx, engine, { realm, client, account, phc, keepSessionId: null })
  }
  if (isActive === true && account.disabledAt !== null) {
    await setDisabled(tx, { id: accountId, disabledAt: null, now })
    await recordAction(tx, { clock }, { ...entry, action: 'account.enabled' })
  }
  if (isActive === false && account.disabledAt === null) {
    await shutAccount(tx, { accountId, now })
    await recordAction(tx, { clock }, { ...entry, action: 'account.disabled' })
  }
  return succeed(null)
}
