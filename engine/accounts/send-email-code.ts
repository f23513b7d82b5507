import { type Account, findAccount, lockAccount } from '../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import { findPrimaryClaim } from '../../storage/email-claims.ts'
import { insertOneTimeSecret, listIssuedSince, spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import { DAY_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { mailsPerClient } from '../limits/rules.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { digest, randomDigits, randomToken } from '../secrets/secrets.ts'

export const EMAIL_PROOF = 'email_proof'
/** One guess in a million; the policy allows five for each code, and so many codes in a day. */
const CODE_LENGTH = 6

/** In order of precedence. */
export type SendEmailCodeFailure = { code: 'no_email' } | { code: 'email_proved' } | TooManyRequests

/**
 * Mails a code to the address of somebody who is signed in, to prove it with. Its earlier codes end.
 *
 * @returns a token that stands for this code: it has to come back with it, and says nothing by itself.
 */
export async function sendEmailCode(
  engine: Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'outbox'>,
  { realm, client, accountId }: { realm: Realm; client: Client; accountId: number },
): Promise<Result<string, SendEmailCodeFailure>> {
  const { db, clock, limits, outbox } = engine
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(mailsPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const sent = await inTransaction(db, async (tx): Promise<Result<string, SendEmailCodeFailure>> => {
    // Of many at once each sees what the ones before it sent.
    await lockAccount(tx, accountId)
    const account = await findAccount(tx, accountId)
    const claim = await findPrimaryClaim(tx, accountId)
    if (!account || !claim) return decline({ code: 'no_email' })
    if (claim.provedAt !== null) return decline({ code: 'email_proved' })
    const pause = await pauseOf(tx, engine, { realm, accountId })
    if (pause > 0) return decline({ code: 'too_many_requests', retryAfterSeconds: Math.ceil(pause / 1_000) })
    return succeed(await write(tx, engine, { realm, client, account, claim }))
  })
  if (!sent.ok) await limits.giveBack(mailsPerClient, key)
  outbox.wake()
  return sent
}

/** How long the account has to wait for its next code, in milliseconds; 0 if not at all. */
async function pauseOf(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  { realm, accountId }: { realm: Realm; accountId: number },
): Promise<number> {
  const { throttleSeconds, sentPerDayMax } = realm.policy.emailProof
  const now = clock.now()
  const sent = await listIssuedSince(tx, { accountId, purpose: EMAIL_PROOF, since: now - DAY_MS })
  const [last] = sent
  // The oldest of those that fill the day.
  const filling = sent[sentPerDayMax - 1]
  const nextAt = [
    last === undefined ? now : last + throttleSeconds * 1_000,
    filling === undefined ? now : filling + DAY_MS,
  ]
  return Math.max(...nextAt) - now
}

async function write(
  tx: Tx,
  { clock, secrets, outbox }: Pick<Engine, 'clock' | 'secrets' | 'outbox'>,
  {
    realm,
    client,
    account,
    claim,
  }: { realm: Realm; client: Client; account: Account; claim: { address: string; addressKey: string } },
): Promise<string> {
  const { lifetimeSeconds, attemptsMax } = realm.policy.emailProof
  const accountId = account.id
  const token = randomToken()
  const code = randomDigits(CODE_LENGTH)
  const now = clock.now()
  await spendAllOfAccount(tx, { accountId, purposes: [EMAIL_PROOF], now })
  await insertOneTimeSecret(tx, {
    realmId: realm.id,
    purpose: EMAIL_PROOF,
    accountId,
    subject: subjectOf(token),
    secretHash: secrets.keyedHash(EMAIL_PROOF, code),
    // Whoever changes the address in between proves nothing of the new one.
    payload: { addressKey: claim.addressKey },
    attemptsMax,
    expiresAt: now + lifetimeSeconds * 1_000,
    now,
  })
  await recordAction(tx, { clock }, { realm, client, action: 'email.code_sent', accountId })
  await outbox.write(tx, {
    realm,
    accountId,
    to: claim.address,
    kind: 'email_proof_code',
    language: chooseLanguage(account.language, realm.policy.language),
    facts: { place: realm.policy.title, code, minutes: Math.round(lifetimeSeconds / 60) },
  })
  return token
}

/** Only the token's digest is kept. */
export function subjectOf(token: string): string {
  return digest(token).toString('base64url')
}
