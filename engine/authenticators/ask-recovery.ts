import { type Account, findAccountByEmail, lockAccount } from '../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import { listIssuedSince } from '../../storage/one-time-secrets.ts'
import { parseEmailAddress } from '../accounts/email-address.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import { DAY_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { mailsPerClient } from '../limits/rules.ts'
import { recoveryLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { issueLink } from './one-time-secret.ts'

/** In order of precedence. */
export type AskRecoveryFailure = { code: 'email_not_valid' }

/** No account has this id. */
const NOBODY = 0

type Parts = Pick<Engine, 'db' | 'clock' | 'limits' | 'outbox' | 'publicUrl'>

export interface AskRecovery {
  realm: Realm
  client: Client
  email: string
  language?: string | null
  /** Where the link leads, for an app with a front end of its own; our page if left out. */
  linkTo?: ((facts: { email: string; token: string }) => string) | undefined
}

/**
 * Mails a link to set a new password. Answers the same, after the same work, whether the address has an
 * account; above the realm's throttle nothing is sent, and the links that were sent stay good.
 */
export async function askRecovery(
  engine: Parts,
  { realm, client, email: text, language = null, linkTo }: AskRecovery,
): Promise<Result<null, AskRecoveryFailure>> {
  const { db, limits, outbox } = engine
  const email = parseEmailAddress(text)
  if (!email) return decline({ code: 'email_not_valid' })
  const byClient = await limits.take(mailsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!byClient.isAllowed) return succeed(null)
  await inTransaction(db, async (tx) => {
    const account = await findAccountByEmail(tx, { realmId: realm.id, emailKey: email.key })
    const accountId = account?.id ?? null
    // Of many at once each sees what the ones before it sent.
    await lockAccount(tx, accountId ?? NOBODY)
    await recordAction(tx, engine, { realm, client, action: 'recovery.asked', accountId, actorId: null })
    const maySendIt = await maySend(tx, engine, realm, account)
    await writeRecoveryLink(tx, engine, { realm, account: maySendIt ? account : undefined, language, linkTo })
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
  const { throttleSeconds, sentPerDayMax, pendingMax, lifetimeSeconds } = realm.policy.recovery
  const now = clock.now()
  const accountId = account?.id ?? NOBODY
  const sent = await listIssuedSince(tx, { accountId, purpose: 'recovery', since: now - DAY_MS })
  const last = sent[0]
  const isPaused = last !== undefined && now - last < throttleSeconds * 1_000
  const pending = sent.filter((sentAt) => now - sentAt < lifetimeSeconds * 1_000)
  const isBelow = sent.length < sentPerDayMax && pending.length < pendingMax
  return account?.disabledAt === null && isBelow && !isPaused
}

/** Without an account: the same work, a link that nobody gets, and no mail. */
async function writeRecoveryLink(
  tx: Tx,
  { clock, outbox, publicUrl }: Parts,
  {
    realm,
    account,
    language,
    linkTo = ({ token }) => recoveryLink(publicUrl, realm, token),
  }: {
    realm: Realm
    account: Account | undefined
    language: string | null
    linkTo: AskRecovery['linkTo']
  },
): Promise<void> {
  const { lifetimeSeconds } = realm.policy.recovery
  const accountId = account?.id ?? null
  const token = await issueLink(tx, { clock }, { realm, purpose: 'recovery', accountId, lifetimeSeconds })
  const mail = {
    realm,
    kind: 'recovery_link',
    language: chooseLanguage(account?.language, language, realm.policy.language),
    facts: {
      place: realm.policy.title,
      link: linkTo({ email: account?.email ?? '', token }),
      minutes: Math.round(lifetimeSeconds / 60),
    },
  } as const
  await (account?.email
    ? outbox.write(tx, { ...mail, accountId, to: account.email })
    : outbox.writeNothing(tx, mail))
}
