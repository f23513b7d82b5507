import { findAccountByEmail } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import { issueLink } from '../authenticators/one-time-secret.ts'
import { type PresenceFailure, provePresence } from '../authenticators/prove-presence.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { mailsPerClient } from '../limits/rules.ts'
import { askRecoveryLink, confirmEmailLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { parseEmailAddress } from './email-address.ts'
import type { LinkTo } from './write-confirmation.ts'

/** In order of precedence. */
export type AskEmailChangeFailure =
  | { code: 'email_not_valid' }
  | PresenceFailure
  | { code: 'email_same' }
  /** Only where the caller wants to tell. */
  | { code: 'email_taken' }

export interface AskEmailChange {
  realm: Realm
  client: Client
  signedIn: SignedIn
  newEmail: string
  password: string | null
  /** Where the link leads, for an app with a front end of its own; our page if left out. */
  linkTo?: LinkTo
  /** As a document has it; without it an address that belongs to somebody gets the same answer as any. */
  isTakenTold?: boolean
}

/**
 * Begins a change of address: a link to the new one, a notice to the old one, and nothing changes until the
 * link is confirmed. An address that belongs to somebody gets no mail.
 */
export async function askEmailChange(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'publicUrl'>,
  { realm, client, signedIn, newEmail, password, linkTo, isTakenTold = false }: AskEmailChange,
): Promise<Result<null, AskEmailChangeFailure>> {
  const { db, limits, outbox, publicUrl } = engine
  const { account } = signedIn
  const email = parseEmailAddress(newEmail.trim())
  if (!email) return decline({ code: 'email_not_valid' })
  const presence = await provePresence(engine, { realm, client, signedIn, password })
  if (!presence.ok) return presence
  if (account.email && parseEmailAddress(account.email)?.key === email.key)
    return decline({ code: 'email_same' })
  const key = { realmId: realm.id, emailKey: email.key }
  if (isTakenTold && (await findAccountByEmail(db, key))) return decline({ code: 'email_taken' })
  const byClient = await limits.take(mailsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!byClient.isAllowed) return succeed(null)

  const language = chooseLanguage(account.language, realm.policy.language)
  const lifetimeSeconds = realm.policy.emailChangeLifetimeSeconds
  const place = realm.policy.title
  const accountId = account.id
  await inTransaction(db, async (tx) => {
    const token = await issueLink(tx, engine, {
      realm,
      purpose: 'email_change',
      accountId,
      subject: `account ${accountId}`,
      payload: { address: email.address, key: email.key },
      lifetimeSeconds,
      replaces: true,
    })
    await recordAction(tx, engine, { realm, client, action: 'email.change_asked', accountId })
    const link = linkTo ? linkTo(token) : confirmEmailLink(publicUrl, realm, token)
    const minutes = Math.round(lifetimeSeconds / 60)
    const confirm = {
      realm,
      kind: 'confirm_email_change',
      language,
      facts: { place, link, minutes },
    } as const
    const isTaken = await findAccountByEmail(tx, key)
    await (isTaken
      ? outbox.writeNothing(tx, confirm)
      : outbox.write(tx, { ...confirm, accountId, to: email.address }))
    if (!account.email) return
    const facts = { place, newEmail: email.address, recoveryLink: askRecoveryLink(publicUrl, realm) }
    await outbox.write(tx, {
      realm,
      accountId,
      to: account.email,
      kind: 'email_change_asked',
      language,
      facts,
    })
  })
  outbox.wake()
  return succeed(null)
}
