import { type Account, findAccountByEmail, lockAccount } from '../../storage/accounts.ts'
import { inTransaction, RollBack, type Tx } from '../../storage/database.ts'
import { findEmailClaim } from '../../storage/email-claims.ts'
import { spendById, tryBySubject } from '../../storage/one-time-secrets.ts'
import type { Session } from '../../storage/sessions.ts'
import { type CreateAccountFailure, createAccount } from '../accounts/create-account.ts'
import { type EmailAddress, parseEmailAddress } from '../accounts/email-address.ts'
import { proveClaim } from '../accounts/prove-claim.ts'
import { isUsernameAllowed } from '../accounts/username.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { guardGuess } from '../limits/guard-guesses.ts'
import type { TooManyRequests } from '../limits/limits.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { equalBytes } from '../secrets/secrets.ts'
import { openSession, type SecondStepDue } from '../sessions/gate.ts'
import { type NewSignIn, withToken } from '../sessions/sign-in.ts'
import { SIGN_IN_CODE } from './send-sign-in-code.ts'

/** In order of precedence. */
export type SignInWithCodeFailure =
  | { code: 'email_not_valid' }
  | { code: 'username_not_valid' }
  | { code: 'method_off' }
  | TooManyRequests
  /** Wrong, expired, used, replaced by a newer one, or tried too often. */
  | { code: 'code_wrong' }
  /** The code was right; from here on the address has no account, and the code stays good. */
  | { code: 'sign_up_closed' }
  | { code: 'username_required' }
  | { code: 'username_taken' }
  /** The code was right, and is spent. */
  | { code: 'account_disabled' }
  | SecondStepDue

export interface SignInWithCode {
  realm: Realm
  client: Client
  email: string
  code: string
  /** For an account that has to be made first. */
  username?: string
  name?: string | null
  language?: string | null
  isUsernameRequired?: boolean
}

/**
 * Signs in by a mailed code, making the account if the address has none. Only success spends the code, and of
 * any number of callers at once one succeeds.
 */
export async function signInWithCode(
  engine: Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'outbox' | 'keys' | 'publicUrl' | 'bus'>,
  input: SignInWithCode,
): Promise<Result<NewSignIn & { isNew: boolean }, SignInWithCodeFailure>> {
  const { db, outbox, bus } = engine
  const { realm, client, username } = input
  const email = parseEmailAddress(input.email)
  if (!email) return decline({ code: 'email_not_valid' })
  if (username !== undefined && !isUsernameAllowed(realm.policy, username)) {
    return decline({ code: 'username_not_valid' })
  }
  if (!realm.policy.emailCodeSignIn) return decline({ code: 'method_off' })
  const known = await findAccountByEmail(db, { realmId: realm.id, emailKey: email.key })
  const target = known ? { accountId: known.id } : { name: email.key }
  const guard = await guardGuess(engine, { realm, client, target })
  if (guard.refusal) return decline(guard.refusal)

  const spend = (): Promise<Spent> => inTransaction(db, (tx) => spendCode(tx, engine, { ...input, email }))
  let result = await spend()
  // Somebody registered the address between our look and our insert: now it has an account, so look again.
  if (!result.ok && result.failure.code === 'email_taken') result = await spend()
  if (result.ok || result.failure.code !== 'code_wrong') await guard.forgive()
  if (!result.ok) {
    if (result.failure.code === 'email_taken') return decline({ code: 'code_wrong' })
    return decline(result.failure)
  }
  const { account, isReclaimed, isNew } = result.value
  if (isReclaimed) bus.publish({ kind: 'account_changed', accountId: account.id })
  outbox.wake()
  return succeed({ ...(await withToken(engine, { realm, client }, result.value)), isNew })
}

type Parts = Pick<Engine, 'clock' | 'secrets' | 'outbox' | 'publicUrl'>
type Spend = Omit<SignInWithCode, 'email'> & { email: EmailAddress }

type Spent = Result<
  LetIn & { account: Account; session: Session },
  SignInWithCodeFailure | CreateAccountFailure
>

async function spendCode(tx: Tx, parts: Parts, input: Spend): Promise<Spent> {
  const { clock, secrets } = parts
  const { realm, client, email, code } = input
  const secretHash = secrets.keyedHash(SIGN_IN_CODE, code)
  const emailKey = email.key
  const purpose = SIGN_IN_CODE
  const now = clock.now()
  const found = await findAccountByEmail(tx, { realmId: realm.id, emailKey })
  if (found) await lockAccount(tx, found.id)
  const secret = await tryBySubject(tx, { realmId: realm.id, purpose, subject: emailKey, secretHash, now })
  if (!secret || !equalBytes(secret.secretHash, secretHash)) {
    const detail = { method: 'email_code' }
    const accountId = found?.id ?? null
    await recordAction(tx, { clock }, { realm, client, action: 'sign_in.failed', accountId, detail })
    return decline({ code: 'code_wrong' })
  }
  const who = found
    ? await letInOwner(tx, parts, input, found)
    : await letInNewcomer(tx, parts, input, { address: String(secret.payload.address), key: emailKey })
  if (!who.ok) return who
  // The row was held since we tried it, so nobody else can be here with the same code.
  await spendById(tx, { id: secret.id, now })
  const { accountId } = who.value
  const opened = await openSession(tx, parts, { realm, accountId, method: 'email_code', client })
  return opened.ok ? succeed({ ...opened.value, ...who.value }) : opened
}

interface LetIn {
  accountId: number
  isNew: boolean
  isReclaimed: boolean
}

async function letInOwner(tx: Tx, parts: Parts, { realm, client, email }: Spend, account: Account) {
  const claim = await findEmailClaim(tx, { realmId: realm.id, addressKey: email.key })
  // Whoever is not let in changes nothing of the account either: it stays as it was disabled.
  const isReclaimed =
    claim !== undefined &&
    account.disabledAt === null &&
    (await proveClaim(tx, parts, { realm, client, account, claim, proof: 'code' }))
  return succeed<LetIn>({ accountId: account.id, isNew: false, isReclaimed })
}

/** `sentTo` is the address that the code went to: the one that was proved, however it is spelt now. */
async function letInNewcomer(tx: Tx, parts: Parts, input: Spend, sentTo: EmailAddress) {
  const { realm, client, username, name, language, isUsernameRequired } = input
  if (realm.policy.signUp !== 'open') return decline({ code: 'sign_up_closed' })
  if (isUsernameRequired && username === undefined) return decline({ code: 'username_required' })
  const account = { realm, client, email: sentTo, proof: 'code', username, name, language } as const
  const created = await createAccount(tx, parts, account)
  if (!created.ok) throw new RollBack(created)
  return succeed<LetIn>({ accountId: created.value, isNew: true, isReclaimed: false })
}
