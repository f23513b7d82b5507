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
import { openSession, type SecondStepDue } from '../sessions/gate.ts'
import { passingSession } from '../sessions/passing-session.ts'
import { issueRefreshToken } from '../sessions/refresh-token.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { type NewSignIn, withToken } from '../sessions/sign-in.ts'

/**
 * `isDefaultPassword`: it was right, but everybody knows it, so it opens its account from this very machine alone.
 */
export type MethodOff = { code: 'method_off'; isDefaultPassword?: boolean }

/** In order of precedence. */
export type SignInWithPasswordFailure =
  | MethodOff
  | TooManyRequests
  /** One answer for an unknown name, a wrong password, and an account that has none. */
  | { code: 'credentials_wrong' }
  /** The password was right. */
  | { code: 'account_disabled' }
  | SecondStepDue

export interface SignInWithPassword {
  realm: Realm
  client: Client
  identifier: string
  password: string
  isPersistent?: boolean
  /** For apps that stay signed in for long: a short access token, and a refresh token for the next. */
  wantsRefreshToken?: boolean
  /** Where a document that shares a realm with others says how long its sessions last. */
  lifetimeSeconds?: number | undefined
}

/**
 * Signs in by username or e-mail address and password.
 *
 * An unknown name costs as much time as a wrong password: one hash, and one line in the action log.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function signInWithPassword(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'keys' | 'publicUrl'>,
  { isPersistent, wantsRefreshToken = false, ...input }: SignInWithPassword,
): Promise<Result<NewSignIn & { refreshToken: string | null }, SignInWithPasswordFailure>> {
  const { db, clock } = engine
  const { realm, client } = input
  const checked = await checkCredentials(engine, input)
  if (!checked.ok) return checked
  const { account, phc } = checked.value
  const opened = await inTransaction(db, async (tx) => {
    const accountId = account.id
    const lifetimeSeconds = wantsRefreshToken
      ? realm.policy.refreshTokenLifetimeSeconds
      : input.lifetimeSeconds
    const way = {
      realm,
      accountId,
      method: 'password',
      client,
      isPersistent,
      lifetimeSeconds,
      wantsRefreshToken,
    } as const
    const entered = await openSession(tx, { clock }, way)
    // It may have been changed while we compared it; from here on the gate holds the account, and it stays.
    if ((await findPasswordHash(tx, accountId, clock.now())) !== phc) {
      throw new RollBack(decline({ code: 'credentials_wrong' }))
    }
    if (!entered.ok) return entered
    const { session } = entered.value
    const refreshToken = wantsRefreshToken ? await issueRefreshToken(tx, { clock }, { realm, session }) : null
    return succeed({ ...entered.value, refreshToken })
  })
  if (!opened.ok) return opened
  const { refreshToken } = opened.value
  return succeed({ ...(await withToken(engine, { realm, client }, opened.value)), refreshToken })
}

/**
 * Whose name and password these are, for one request (HTTP Basic, RFC 7617): as a sign-in, with its limits and its
 * costs, but no session is left behind.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function authenticateByPassword(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits'>,
  input: Pick<SignInWithPassword, 'realm' | 'client' | 'identifier' | 'password'>,
): Promise<
  Result<
    SignedIn,
    | TooManyRequests
    | { code: 'credentials_wrong' }
    | { code: 'account_disabled' }
    | { code: 'password_change_due' }
  >
> {
  const checked = await checkCredentials(engine, input)
  if (!checked.ok) {
    if (checked.failure.code !== 'method_off') return decline(checked.failure)
    return decline({ code: checked.failure.isDefaultPassword ? 'password_change_due' : 'credentials_wrong' })
  }
  const { account } = checked.value
  if (account.disabledAt !== null) return decline({ code: 'account_disabled' })
  // One factor does not stand for two.
  if (account.isTotpOn) return decline({ code: 'credentials_wrong' })
  const { app } = input.client
  return succeed(passingSession(account, { app, method: 'password', now: engine.clock.now() }))
}

/** One guess, counted before it is looked at. */
async function checkCredentials(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits'>,
  {
    realm,
    client,
    identifier,
    password,
  }: Pick<SignInWithPassword, 'realm' | 'client' | 'identifier' | 'password'>,
): Promise<
  Result<
    { account: Account; phc: string | null },
    MethodOff | TooManyRequests | { code: 'credentials_wrong' }
  >
> {
  const { db, clock, passwords } = engine
  if (!realm.policy.passwordSignIn) return decline({ code: 'method_off' })
  const account = await findAccountByIdentifier(db, realm, identifier)
  const target = account ? { accountId: account.id } : { name: identifier.normalize('NFKC').toLowerCase() }
  const guard = await guardGuess(engine, { realm, client, target })
  if (guard.refusal) return decline(guard.refusal)

  const phc = account ? await findPasswordHash(db, account.id, clock.now()) : null
  const isRight = await passwords.verify(password, phc)
  if (!account || !isRight) {
    const accountId = account?.id ?? null
    const entry = { realm, client, accountId, detail: { method: 'password' } }
    await recordAction(db, engine, { ...entry, action: 'sign_in.failed' })
    return decline({ code: 'credentials_wrong' })
  }
  await guard.forgive()
  const { defaultAdmin } = realm.policy
  if (password === defaultAdmin?.password && account.isPasswordChangeDue && !client.isLocal) {
    const detail = { method: 'password', reason: 'default_password' }
    const accountId = account.id
    await recordAction(db, engine, { realm, client, accountId, action: 'sign_in.refused', detail })
    return decline({ code: 'method_off', isDefaultPassword: true })
  }
  return succeed({ account, phc })
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
