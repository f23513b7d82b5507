import { findAccountByEmail } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { issueLink } from '../authenticators/one-time-secret.ts'
import { relyingPartyOf } from '../authenticators/passkey/relying-party.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import type { Client } from '../client.ts'
import { DAY_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import type { TooManyRequests } from '../limits/limits.ts'
import { mailsPerClient } from '../limits/rules.ts'
import { askRecoveryLink, confirmEmailLink, signInLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { parseEmailAddress } from './email-address.ts'
import { checkInvitation, type InvitationFailure } from './invitation.ts'

/** In order of precedence. */
export type AskRegistrationFailure =
  | { code: 'email_not_valid' }
  | NewPasswordFailure
  | { code: 'method_off' }
  | { code: 'sign_up_closed' }
  | TooManyRequests
  | InvitationFailure

/** Registrations mailed to one address in a day; more are swallowed. */
const perAddress = { name: 'registrations_address', max: 5, windowSeconds: 24 * 3600 }

export interface AskRegistration {
  realm: Realm
  client: Client
  email: string
  /** Null: the account begins without, and its owner adds a passkey once the link has signed them in. */
  password: string | null
  name: string | null
  language: string | null
  /** The token of somebody who has an account; demanded where sign-up is by invitation. */
  invitation?: string | null
}

/**
 * Begins a registration: mails a link, and makes the account when the link is confirmed (`confirmEmail`). So
 * nobody holds an address that is not theirs, and the answer, always the same, does not tell whether the
 * address has an account: if it has, its owner is told by mail.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function askRegistration(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'publicUrl' | 'secrets'>,
  { realm, client, email: text, password, name, language, invitation = null }: AskRegistration,
): Promise<Result<null, AskRegistrationFailure>> {
  const { db, passwords, limits, outbox, publicUrl } = engine
  const { policy } = realm
  const email = parseEmailAddress(text.trim())
  if (!email) return decline({ code: 'email_not_valid' })
  const hints = [name, email.address].filter((hint) => hint !== null)
  const passwordFailure =
    password === null ? undefined : await checkNewPassword(policy.password, password, hints)
  if (passwordFailure) return decline(passwordFailure)
  const arePasskeysOn = policy.passkeySignIn && relyingPartyOf(publicUrl) !== undefined
  const isOn = password === null ? arePasskeysOn : policy.passwordSignIn
  if (!isOn) return decline({ code: 'method_off' })
  const isOpen = policy.signUp === 'open' || (policy.signUp === 'invitation' && invitation !== null)
  if (!isOpen) return decline({ code: 'sign_up_closed' })
  if (invitation !== null) {
    const invited = await checkInvitation(engine, { realm, client, token: invitation })
    if (!invited.ok) return invited
  }
  const byAddress = await limits.take(perAddress, `${realm.id} ${email.key}`)
  const byClient = await limits.take(mailsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!byAddress.isAllowed || !byClient.isAllowed) return succeed(null)

  const phc = password === null ? null : await passwords.hash(password)
  const lifetimeSeconds = policy.confirmationLifetimeSeconds
  await inTransaction(db, async (tx) => {
    const account = await findAccountByEmail(tx, { realmId: realm.id, emailKey: email.key })
    const place = policy.title
    const device = client.deviceHash && Buffer.from(client.deviceHash).toString('hex')
    const token = await issueLink(tx, engine, {
      realm,
      purpose: 'registration',
      accountId: null,
      subject: email.key,
      payload: { address: email.address, key: email.key, phc, name, language, device, invitation },
      lifetimeSeconds,
    })
    // The link stays here then: it was made so that both ways take as long.
    if (account) {
      return outbox.write(tx, {
        realm,
        accountId: account.id,
        to: account.email ?? email.address,
        kind: 'already_registered',
        language: chooseLanguage(account.language, policy.language),
        facts: {
          place,
          signInLink: signInLink(publicUrl, realm),
          recoveryLink: askRecoveryLink(publicUrl, realm),
        },
      })
    }
    return outbox.write(tx, {
      realm,
      accountId: null,
      to: email.address,
      kind: 'finish_registration',
      language: chooseLanguage(language, policy.language),
      facts: {
        place,
        link: confirmEmailLink(publicUrl, realm, token),
        days: Math.round((lifetimeSeconds * 1_000) / DAY_MS),
      },
    })
  })
  outbox.wake()
  return succeed(null)
}
