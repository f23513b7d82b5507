import { indexAccountWords } from '../../storage/account-words.ts'
import { type Account, getAccount, setDisabled, updateAccount } from '../../storage/accounts.ts'
import { inTransaction, isUniqueViolation, RollBack, type Tx } from '../../storage/database.ts'
import { deleteClaimsOf, findPrimaryClaim, insertEmailClaim } from '../../storage/email-claims.ts'
import { spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { recordAction } from '../activity/record.ts'
import { mailedPurposes } from '../authenticators/one-time-secret.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import { replacePassword } from '../authenticators/replace-password.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { type FindForAdminFailure, findForAdmin } from './can-act.ts'
import { type EmailAddress, parseEmailAddress } from './email-address.ts'
import { holdAccount, shutAccount } from './shut-account.ts'
import { isUsernameAllowed, type UsernamePolicy, usernameKey } from './username.ts'

/** What is left out stays as it is. */
export interface AdminChanges {
  password?: string | undefined
  name?: string | null | undefined
  role?: string | undefined
  isActive?: boolean | undefined
  tier?: number | undefined
  extra?: Record<string, unknown> | undefined
}

/** What somebody is called by, where a document lets admins change it. */
interface NameChanges {
  username?: string | undefined
  email?: string | undefined
  /** What a username may be, if not what the realm says. */
  usernamePolicy?: UsernamePolicy
}

/** In order of precedence. */
export type ChangeByAdminFailure =
  | FindForAdminFailure
  /** One's own password is changed with the old one. */
  | { code: 'own_password' }
  | NewPasswordFailure
  | { code: 'last_admin' }

/** In order of precedence. */
export type RenameByAdminFailure =
  | ChangeByAdminFailure
  | { code: 'username_not_valid' }
  | { code: 'email_not_valid' }
  | { code: 'username_taken' }
  | { code: 'email_taken' }

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
  input: ChangeByAdmin,
): Promise<Result<null, ChangeByAdminFailure>> {
  return (await changeAll(engine, input)) as Result<null, ChangeByAdminFailure>
}

/** As {@link changeByAdmin}, and also what the account is called by. A new address is not proved by it. */
export async function renameByAdmin(
  engine: Parts,
  input: Omit<ChangeByAdmin, 'changes'> & { changes: AdminChanges & NameChanges },
): Promise<Result<null, RenameByAdminFailure>> {
  try {
    return await changeAll(engine, input)
  } catch (error) {
    if (isUniqueViolation(error)) return decline({ code: 'username_taken' })
    throw error
  }
}

async function changeAll(
  engine: Parts,
  {
    realm,
    client,
    actor,
    uid,
    changes,
  }: Omit<ChangeByAdmin, 'changes'> & { changes: AdminChanges & NameChanges },
): Promise<Result<null, RenameByAdminFailure>> {
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
  const { username, usernamePolicy = realm.policy } = changes
  if (username !== undefined && !isUsernameAllowed(usernamePolicy, username)) {
    return decline({ code: 'username_not_valid' })
  }
  const newEmail = changes.email === undefined ? null : parseEmailAddress(changes.email.trim())
  if (newEmail === undefined) return decline({ code: 'email_not_valid' })
  // Hashing is slow on purpose, so it happens before the transaction opens.
  const phc = password === undefined ? undefined : await passwords.hash(password)
  const changed = await inTransaction(db, async (tx): Promise<Result<null, RenameByAdminFailure>> => {
    const step = { realm, client, actor, accountId }
    const done = await change(tx, engine, { ...step, phc, changes })
    if (!done.ok) return done
    if (username !== undefined) await rename(tx, engine, { ...step, username })
    if (newEmail && !(await replaceAddress(tx, engine, { ...step, newEmail }))) {
      throw new RollBack(decline({ code: 'email_taken' }))
    }
    return done
  })
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

interface Step {
  realm: Realm
  client: Client
  actor: Account
  accountId: number
}

/** @throws a unique violation when somebody else has the name. */
async function rename(
  tx: Tx,
  { clock }: Parts,
  { realm, client, actor, accountId, username }: Step & { username: string },
): Promise<void> {
  const key = { value: username, key: usernameKey(username) }
  await updateAccount(tx, { id: accountId, now: clock.now(), username: key })
  const entry = { realm, client, accountId, actorId: actor.id, detail: { fields: 'username' } }
  await recordAction(tx, { clock }, { ...entry, action: 'account.changed' })
}

/** The old address is told, and every link that was mailed to it ends. @returns false when somebody has the new one. */
async function replaceAddress(
  tx: Tx,
  { clock, outbox }: Parts,
  { realm, client, actor, accountId, newEmail }: Step & { newEmail: EmailAddress },
): Promise<boolean> {
  const account = await getAccount(tx, accountId)
  const claim = await findPrimaryClaim(tx, accountId)
  if (claim?.addressKey === newEmail.key) return true
  const now = clock.now()
  await deleteClaimsOf(tx, accountId)
  const isFree = await insertEmailClaim(tx, {
    realmId: realm.id,
    accountId,
    address: newEmail.address,
    addressKey: newEmail.key,
    isPrimary: true,
    deviceHash: null,
    proof: null,
    now,
  })
  if (!isFree) return false
  await indexAccountWords(tx, accountId)
  await spendAllOfAccount(tx, { accountId, purposes: mailedPurposes, now })
  await recordAction(tx, { clock }, { realm, client, accountId, actorId: actor.id, action: 'email.changed' })
  if (account.email !== null) {
    await outbox.write(tx, {
      realm,
      accountId,
      to: account.email,
      kind: 'email_changed',
      language: chooseLanguage(account.language, realm.policy.language),
      facts: { place: realm.policy.title, newEmail: newEmail.address },
    })
  }
  return true
}
