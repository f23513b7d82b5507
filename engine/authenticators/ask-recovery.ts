import { type Account, findAccountByEmail, lockAccount } from '../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import { listIssuedSince, spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { parseEmailAddress } from '../accounts/email-address.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import { DAY_MS, HOUR_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { mailsPerClient } from '../limits/rules.ts'
import { recoveryLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SigningKey } from '../sessions/token.ts'
import { issueLink } from './one-time-secret.ts'
import { signRecoveryToken } from './recovery-token.ts'

/** In order of precedence. */
export type AskRecoveryFailure = { code: 'email_not_valid' }

/** No account has this id. */
const NOBODY = 0

type Parts = Pick<Engine, 'db' | 'clock' | 'limits' | 'outbox' | 'publicUrl' | 'keys'>

export interface AskRecovery {
  realm: Realm
  client: Client
  email: string
  language?: string | null
  /** Where the link leads, for an app with a front end of its own; our page if left out. */
  linkTo?: ((facts: { email: string; token: string }) => string) | undefined
  /** The token of that link is a JWT, for a front end that asks with it whose account it is. */
  isTokenJwt?: boolean
  /** Nothing is sent to an account that signs in by other means alone. */
  isPasswordNeeded?: boolean
  /** Of the mail, where a document says it. */
  subject?: string
  /** The mail shows the token by itself too, for who has to type it somewhere. */
  isTokenShown?: boolean
}

/**
 * Mails a link to set a new password. Answers the same, after the same work, whether the address has an
 * account; above the realm's throttle nothing is sent, and the links that were sent stay good.
 */
export async function askRecovery(
  engine: Parts,
  input: AskRecovery,
): Promise<Result<null, AskRecoveryFailure>> {
  const { db, limits, outbox } = engine
  const { realm, client, email: text, language = null, linkTo, subject } = input
  const { isTokenJwt = false, isPasswordNeeded = false, isTokenShown = false } = input
  const email = parseEmailAddress(text)
  if (!email) return decline({ code: 'email_not_valid' })
  const byClient = await limits.take(mailsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!byClient.isAllowed) return succeed(null)
  // Before the transaction: SQLite has one connection, and the key may have to be read, or made.
  const key = isTokenJwt ? await engine.keys.current(realm) : undefined
  await inTransaction(db, async (tx) => {
    const account = await findAccountByEmail(tx, { realmId: realm.id, emailKey: email.key })
    const accountId = account?.id ?? null
    // Of many at once each sees what the ones before it sent.
    await lockAccount(tx, accountId ?? NOBODY)
    await recordAction(tx, engine, { realm, client, action: 'recovery.asked', accountId, actorId: null })
    const isReached = account?.hasPassword || !isPasswordNeeded
    const receiver = (await maySend(tx, engine, realm, account)) && isReached ? account : undefined
    const { app } = client
    const mail = { language, linkTo, key, subject, isTokenShown }
    await writeRecoveryLink(tx, engine, { realm, app, account: receiver, ...mail })
  })
  outbox.wake()
  return succeed(null)
}

async function maySend(
  tx: Tx,
  { clock }: Parts,
  realm: Realm,
  account: Account | undefined,
): Promise<boolean> {
  const { throttleSeconds, sentPerHourMax, sentPerDayMax, pendingMax, lifetimeSeconds } =
    realm.policy.recovery
  const now = clock.now()
  const accountId = account?.id ?? NOBODY
  const sent = await listIssuedSince(tx, { accountId, purpose: 'recovery', since: now - DAY_MS })
  const last = sent[0]
  const isPaused = last !== undefined && now - last < throttleSeconds * 1_000
  const pending = sent.filter((sentAt) => now - sentAt < lifetimeSeconds * 1_000)
  const inHour = sent.filter((sentAt) => now - sentAt < HOUR_MS)
  const isBelow = sent.length < sentPerDayMax && inHour.length < sentPerHourMax && pending.length < pendingMax
  return account?.disabledAt === null && isBelow && !isPaused
}

/** Without an account: the same work, a link that nobody gets, and no mail. */
async function writeRecoveryLink(
  tx: Tx,
  { clock, outbox, publicUrl }: Parts,
  {
    realm,
    app,
    account,
    language,
    linkTo = ({ token }) => recoveryLink(publicUrl, realm, token),
    key,
    subject,
    isTokenShown,
  }: {
    realm: Realm
    app: string
    account: Account | undefined
    language: string | null
    linkTo: AskRecovery['linkTo']
    key: SigningKey | undefined
    subject: string | undefined
    isTokenShown: boolean
  },
): Promise<void> {
  const { lifetimeSeconds, replacesEarlier } = realm.policy.recovery
  const accountId = account?.id ?? null
  const purpose = 'recovery'
  if (replacesEarlier) {
    await spendAllOfAccount(tx, { accountId: accountId ?? NOBODY, purposes: [purpose], now: clock.now() })
  }
  const secret = await issueLink(tx, { clock }, { realm, purpose, accountId, lifetimeSeconds })
  const token = key
    ? await signRecoveryToken({ publicUrl, clock }, { realm, app, key, secret, accountUid: account?.uid })
    : secret
  const mail = {
    realm,
    kind: 'recovery_link',
    language: chooseLanguage(account?.language, language, realm.policy.language),
    facts: {
      place: realm.policy.title,
      link: linkTo({ email: account?.email ?? '', token }),
      minutes: Math.round(lifetimeSeconds / 60),
      subject,
      token: isTokenShown ? token : undefined,
    },
  } as const
  await (account?.email
    ? outbox.write(tx, { ...mail, accountId, to: account.email })
    : outbox.writeNothing(tx, mail))
}
