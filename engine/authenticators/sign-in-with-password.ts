import { type Account, findAccountByEmail, findAccountByUsername } from '../../storage/accounts.ts'
import { type Db, inTransaction, RollBack } from '../../storage/database.ts'
import { findPasswordHash } from '../../storage/passwords.ts'
import { parseEmailAddress } from '../accounts/email-address.ts'
import { usernameKey } from '../accounts/username.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { guardGuess } from '../limits/guard-guesses.ts'
import type { TooManyRequests } from '../limits/limits.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { openSession } from '../sessions/gate.ts'
import { type NewSignIn, withToken } from '../sessions/sign-in.ts'

/** In order of precedence. */
export type SignInWithPasswordFailure =
  | { code: 'method_off' }
  | TooManyRequests
  /** One answer for an unknown name, a wrong password, and an account that has none. */
  | { code: 'credentials_wrong' }
  /** The password was right. */
  | { code: 'account_disabled' }

/**
 * Signs in by username or e-mail address and password.
 *
 * An unknown name costs as much time as a wrong password: one hash, and one line in the action log.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function signInWithPassword(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'keys' | 'publicUrl'>,
  {
    realm,
    client,
    identifier,
    password,
    isPersistent,
  }: { realm: Realm; client: Client; identifier: string; password: string; isPersistent?: boolean },
): Promise<Result<NewSignIn, SignInWithPasswordFailure>> {
  const { db, clock, passwords } = engine
  if (!realm.policy.passwordSignIn) return decline({ code: 'method_off' })
  const account = await findAccountByIdentifier(db, realm, identifier)
  const target = account ? { accountId: account.id } : { name: identifier.normalize('NFKC').toLowerCase() }
  const guard = await guardGuess(engine, { realm, client, target })
  if (guard.refusal) return decline(guard.refusal)

  const phc = account ? await findPasswordHash(db, account.id) : null
  const isRight = await passwords.verify(password, phc)
  if (!account || !isRight) {
    await recordAction(db, engine, {
      realm,
      client,
      action: 'sign_in.failed',
      accountId: account?.id ?? null,
      detail: { method: 'password' },
    })
    return decline({ code: 'credentials_wrong' })
  }
  await guard.forgive()
  const opened = await inTransaction(db, async (tx) => {
    const accountId = account.id
    const session = await openSession(
      tx,
      { clock },
      { realm, accountId, method: 'password', client, isPersistent },
    )
    // It may have been changed while we compared it; from here on the gate holds the account, and it stays.
    if ((await findPasswordHash(tx, accountId)) !== phc) {
      throw new RollBack(decline({ code: 'credentials_wrong' }))
    }
    return session
  })
  return opened.ok ? succeed(await withToken(engine, realm, opened.value)) : opened
}

/** A username cannot hold an `@`, so the two never meet. */
export async function findAccountByIdentifier(
  db: Db,
  realm: Realm,
  identifier: string,
): Promise<Account | undefined> {
  if (!identifier.normalize('NFKC').includes('@')) {
    return findAccountByUsername(db, { realmId: realm.id, usernameKey: usernameKey(identifier) })
  }
  const email = parseEmailAddress(identifier.trim())
  return email && findAccountByEmail(db, { realmId: realm.id, emailKey: email.key })
}
