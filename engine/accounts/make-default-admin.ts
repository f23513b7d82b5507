import { inTransaction, RollBack } from '../../storage/database.ts'
import { isFirstPasswordInPlace, putPassword } from '../../storage/passwords.ts'
import { isSetUpOpen, takeSetUp } from '../../storage/realms.ts'
import { recordAction } from '../activity/record.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import { serverItself } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { createAccount } from './create-account.ts'
import { parseEmailAddress } from './email-address.ts'

/** In order of precedence. */
export type MakeDefaultAdminFailure =
  | NewPasswordFailure
  /** In a realm that other apps share, somebody is called so. */
  | { code: 'name_taken' }

/**
 * Makes the first admin of a realm whose document gives one, once in its life: never when the realm has, or has had,
 * an admin, and never again afterwards, so a password that was changed stays changed. Of several processes that start
 * at once, one makes it.
 *
 * Without a password of the operator's it has the documented one, which everybody knows: that has to be changed before
 * anything else, and opens the account from this very machine alone (see `signInWithPassword`).
 */
export async function makeDefaultAdmin(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords'>,
  {
    realm,
    identifier,
    password,
  }: { realm: Realm; identifier: string | undefined; password: string | undefined },
): Promise<Result<null, MakeDefaultAdminFailure>> {
  const { db, clock, passwords } = engine
  const { defaultAdmin } = realm.policy
  if (!defaultAdmin || !(await isSetUpOpen(db, realm.id))) return succeed(null)
  const { username, name, tier } = defaultAdmin
  const called = identifier ?? username
  if (password !== undefined) {
    const failure = await checkNewPassword(realm.policy.password, password, [called])
    if (failure) return decline(failure)
  }
  const phc = await passwords.hash(password ?? defaultAdmin.password)
  const email = parseEmailAddress(called) ?? null
  return inTransaction(db, async (tx): Promise<Result<null, MakeDefaultAdminFailure>> => {
    const now = clock.now()
    if (!(await takeSetUp(tx, { realmId: realm.id, now, profile: {} }))) return succeed(null)
    const created = await createAccount(tx, engine, {
      realm,
      client: serverItself,
      email,
      proof: null,
      username: email ? null : called,
      name,
      role: 'admin',
      tier,
    })
    if (!created.ok) throw new RollBack(decline({ code: 'name_taken' }))
    const accountId = created.value
    await putPassword(tx, { accountId, phc, now, isChangeDue: password === undefined })
    await recordAction(tx, engine, { realm, client: serverItself, action: 'realm.set_up', accountId })
    return succeed(null)
  })
}

/** Whether the realm's first admin still has the password that everybody knows. */
export async function isDefaultPasswordInPlace({ db }: Pick<Engine, 'db'>, realm: Realm): Promise<boolean> {
  return realm.policy.defaultAdmin !== null && isFirstPasswordInPlace(db, realm.id)
}
