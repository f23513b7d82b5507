import { findAccountByEmail } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { insertOneTimeSecret, spendAllOfSubject } from '../../storage/one-time-secrets.ts'
import { type EmailAddress, parseEmailAddress } from '../accounts/email-address.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { codePause, mailsPerClient } from '../limits/rules.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { randomDigits } from '../secrets/secrets.ts'

export const SIGN_IN_CODE = 'sign_in_code'
/** One guess in a million; the policy allows five for each code, and so many codes in a quarter of an hour. */
const CODE_LENGTH = 6

/** In order of precedence. */
export type SendSignInCodeFailure = { code: 'email_not_valid' } | { code: 'method_off' }

/**
 * Mails a code for signing in, or for making an account, and ends the address's earlier code.
 *
 * Answers the same whether the address has an account, and whether a mail goes out: above the limits the code
 * that was sent already stays good.
 */
export async function sendSignInCode(
  engine: Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'outbox'>,
  {
    realm,
    client,
    email: text,
    language,
  }: { realm: Realm; client: Client; email: string; language?: string | null },
): Promise<Result<null, SendSignInCodeFailure>> {
  const { db, clock, secrets, outbox } = engine
  const email = parseEmailAddress(text)
  if (!email) return decline({ code: 'email_not_valid' })
  if (!realm.policy.emailCodeSignIn) return decline({ code: 'method_off' })
  if (!(await maySend(engine, { realm, client, email }))) return succeed(null)

  const { lifetimeSeconds, attemptsMax } = realm.policy.emailCode
  const code = randomDigits(CODE_LENGTH)
  await inTransaction(db, async (tx) => {
    const account = await findAccountByEmail(tx, { realmId: realm.id, emailKey: email.key })
    const now = clock.now()
    const subject = email.key
    await spendAllOfSubject(tx, { realmId: realm.id, purpose: SIGN_IN_CODE, subject, now })
    await insertOneTimeSecret(tx, {
      realmId: realm.id,
      purpose: SIGN_IN_CODE,
      accountId: account?.id ?? null,
      subject,
      secretHash: secrets.keyedHash(SIGN_IN_CODE, code),
      payload: { address: email.address },
      attemptsMax,
      expiresAt: now + lifetimeSeconds * 1_000,
      now,
    })
    const accountId = account?.id ?? null
    await recordAction(
      tx,
      { clock },
      { realm, client, action: 'sign_in.code_sent', accountId, actorId: null },
    )
    const mail = {
      realm,
      kind: 'sign_in_code',
      language: chooseLanguage(account?.language, language, realm.policy.language),
      facts: { place: realm.policy.title, code, minutes: Math.round(lifetimeSeconds / 60) },
    } as const
    if (!account && realm.policy.signUp !== 'open') return outbox.writeNothing(tx, mail)
    // To the address as its account has it: another spelling of it may be another mailbox.
    return outbox.write(tx, { ...mail, accountId, to: account?.email ?? email.address })
  })
  outbox.wake()
  return succeed(null)
}

async function maySend(
  { limits }: Pick<Engine, 'limits'>,
  { realm, client, email }: { realm: Realm; client: Client; email: EmailAddress },
): Promise<boolean> {
  const { sentMax, sentWindowSeconds } = realm.policy.emailCode
  const perAddress = { name: 'codes_address', max: sentMax, windowSeconds: sentWindowSeconds }
  const address = `${realm.id} ${email.key}`
  // In this order, and no further than the first that is reached: a click too soon uses nothing up.
  for (const [rule, key] of [
    [codePause, address],
    [perAddress, address],
    [mailsPerClient, `${realm.id} ${client.addressBlock}`],
  ] as const) {
    const { isAllowed } = await limits.take(rule, key)
    if (!isAllowed) return false
  }
  return true
}
