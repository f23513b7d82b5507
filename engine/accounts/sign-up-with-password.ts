import { findAccountByEmail, isUsernameFree, updateAccount } from '../../storage/accounts.ts'
import { inTransaction, RollBack, type Tx } from '../../storage/database.ts'
import { takeSetUp } from '../../storage/realms.ts'
import { recordAction } from '../activity/record.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { signUpsPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { type NewcomerFailure, openFirstSession } from '../sessions/gate.ts'
import { type NewSignIn, withToken } from '../sessions/sign-in.ts'
import { type CreateAccountFailure, createAccount } from './create-account.ts'
import { type EmailAddress, parseEmailAddress } from './email-address.ts'
import { checkInvitation, type InvitationFailure, spendInvitation } from './invitation.ts'
import { isUsernameAllowed, type UsernamePolicy, usernameKey } from './username.ts'
import { type LinkTo, writeConfirmation } from './write-confirmation.ts'

/** In order of precedence. */
export type SignUpWithPasswordFailure =
  | { code: 'email_not_valid' }
  | { code: 'username_not_valid' }
  | NewPasswordFailure
  | { code: 'method_off' }
  | { code: 'sign_up_closed' }
  | TooManyRequests
  | InvitationFailure
  | CreateAccountFailure
  | NewcomerFailure

export interface SignUpWithPassword {
  realm: Realm
  client: Client
  email: string | null
  username: string | null
  password: string
  name?: string | null
  language?: string | null
  /** The token of somebody who has an account; demanded where sign-up is by invitation. */
  invitation?: string | null
  extra?: Record<string, unknown>
  /** Where the link that proves the address leads, for an app with a front end of its own; our page if left out. */
  linkTo?: LinkTo
  /** What a username may be, where a document that shares a realm with others says it. */
  usernamePolicy?: UsernamePolicy
}

type Parts = Pick<
  Engine,
  'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'keys' | 'publicUrl' | 'secrets'
>

/**
 * Makes an account that is signed in at once, as documented APIs have it, and mails a link that proves the
 * address. Until then the claim protects nobody: see `proveClaim`.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function signUpWithPassword(
  engine: Parts,
  input: SignUpWithPassword,
): Promise<Result<NewSignIn, SignUpWithPasswordFailure>> {
  const { realm, client } = input
  const opened = await makeAccount(engine, input, (tx, accountId) =>
    openFirstSession(tx, engine, { realm, accountId, method: 'password', client }),
  )
  if (!opened.ok) return opened
  return succeed(await withToken(engine, { realm, client }, opened.value))
}

/** In order of precedence, but that a taken address is told before a taken name. */
export type RegisterWithPasswordFailure = Exclude<SignUpWithPasswordFailure, { code: 'account_disabled' }>

/**
 * As {@link signUpWithPassword}, and nobody is signed in: the next step is a sign-in.
 *
 * @param input `takesSetUp`: the first account of a realm that nobody has set up becomes its admin, where a document
 *   has it so. Of any number at once one does.
 */
export function registerWithPassword(
  engine: Parts,
  { takesSetUp = false, ...input }: SignUpWithPassword & { takesSetUp?: boolean },
): Promise<Result<null, RegisterWithPasswordFailure>> {
  return makeAccount(engine, { ...input, isEmailTakenFirst: true }, async (tx, accountId) => {
    if (takesSetUp) await makeFirstAdmin(tx, engine, { ...input, accountId })
    return succeed(null)
  })
}

async function makeFirstAdmin(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  { realm, client, accountId }: { realm: Realm; client: Client; accountId: number },
): Promise<void> {
  const now = clock.now()
  if (!(await takeSetUp(tx, { realmId: realm.id, now, profile: {} }))) return
  await updateAccount(tx, { id: accountId, now, role: 'admin' })
  await recordAction(tx, { clock }, { realm, client, action: 'realm.set_up', accountId })
}

async function makeAccount<T, Failure extends { code: string }>(
  engine: Parts,
  input: SignUpWithPassword & { isEmailTakenFirst?: boolean },
  enter: (tx: Tx, accountId: number) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure | RegisterWithPasswordFailure>> {
  const { db, clock, passwords, limits, outbox } = engine
  const { realm, client, username, password, name = null, language = null, invitation = null, extra } = input
  const { policy } = realm
  const email = input.email === null ? null : parseEmailAddress(input.email)
  if (email === undefined) return decline({ code: 'email_not_valid' })
  if (username !== null && !isUsernameAllowed(input.usernamePolicy ?? policy, username)) {
    return decline({ code: 'username_not_valid' })
  }
  const hints = [username, name, email?.address].filter((hint) => typeof hint === 'string')
  const passwordFailure = await checkNewPassword(policy.password, password, hints)
  if (passwordFailure) return decline(passwordFailure)
  if (!policy.passwordSignIn) return decline({ code: 'method_off' })
  const isOpen = policy.signUp === 'open' || (policy.signUp === 'invitation' && invitation !== null)
  if (!isOpen) return decline({ code: 'sign_up_closed' })
  const limit = await limits.take(signUpsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  // Before the address: a stranger without an invitation learns nothing of any.
  const invited =
    invitation === null ? succeed(null) : await checkInvitation(engine, { realm, client, token: invitation })
  if (!invited.ok) return invited
  const { isEmailTakenFirst = false, linkTo } = input
  const names = { realm, username, email, isEmailTakenFirst }
  const taken = await findTaken(engine, names)
  if (taken) return decline(taken)

  // Hashing is slow on purpose, so it happens before the transaction opens.
  const phc = await passwords.hash(password)
  const made = await inTransaction(db, async (tx): Promise<Result<T, MakeFailure<Failure>>> => {
    const inviter =
      invitation === null ? succeed(null) : await spendInvitation(tx, engine, { realm, token: invitation })
    if (!inviter.ok) return inviter
    const referrerId = inviter.value?.id ?? null
    const account = { realm, client, email, proof: null, username, name, language, phc, referrerId, extra }
    const created = await createAccount(tx, engine, account)
    if (!created.ok) throw new RollBack(decline({ code: 'lost_race', taken: created.failure }))
    const accountId = created.value
    if (email && policy.mailsConfirmation)
      await writeConfirmation(tx, engine, { realm, accountId, email, who: username, language, linkTo })
    return enter(tx, accountId)
  })
  if (!made.ok) {
    const { failure } = made
    if (!isLostRace(failure)) return decline(failure)
    // Who came first may have taken both.
    return decline((await findTaken(engine, names)) ?? failure.taken)
  }
  outbox.wake()
  return made
}

interface LostRace {
  code: 'lost_race'
  taken: CreateAccountFailure
}
type MakeFailure<Failure> = Failure | InvitationFailure | LostRace

function isLostRace(failure: { code: string }): failure is LostRace {
  return failure.code === 'lost_race'
}

/** Saves a hash; the database decides all the same. */
async function findTaken(
  { db }: Pick<Engine, 'db'>,
  {
    realm: { id: realmId },
    username,
    email,
    isEmailTakenFirst,
  }: { realm: Realm; username: string | null; email: EmailAddress | null; isEmailTakenFirst: boolean },
): Promise<CreateAccountFailure | undefined> {
  const key = { realmId, usernameKey: username === null ? '' : usernameKey(username) }
  const isNameTaken = username !== null && !(await isUsernameFree(db, key))
  if (isNameTaken && !isEmailTakenFirst) return { code: 'username_taken' }
  if (email && (await findAccountByEmail(db, { realmId, emailKey: email.key })))
    return { code: 'email_taken' }
  return isNameTaken ? { code: 'username_taken' } : undefined
}
