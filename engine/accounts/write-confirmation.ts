import type { Tx } from '../../storage/database.ts'
import { issueLink } from '../authenticators/one-time-secret.ts'
import type { Engine } from '../engine.ts'
import { confirmEmailLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import type { EmailAddress } from './email-address.ts'

/** Where a link of ours leads, for an app with a front end of its own; our page if left out. */
export type LinkTo = ((token: string) => string) | undefined

/** Mails the link that proves an address, or, on our own page, takes it out of the account. */
export async function writeConfirmation(
  tx: Tx,
  { clock, outbox, publicUrl }: Pick<Engine, 'clock' | 'outbox' | 'publicUrl'>,
  {
    realm,
    accountId,
    email,
    who,
    language,
    linkTo,
  }: {
    realm: Realm
    accountId: number
    email: EmailAddress
    who: string | null
    language: string | null
    linkTo?: LinkTo
  },
): Promise<void> {
  const { confirmationLifetimeSeconds: lifetimeSeconds, confirmationReplacesEarlier: replaces } = realm.policy
  const token = await issueLink(
    tx,
    { clock },
    {
      realm,
      purpose: 'email_confirmation',
      accountId,
      subject: email.key,
      lifetimeSeconds,
      replaces,
    },
  )
  await outbox.write(tx, {
    realm,
    accountId,
    to: email.address,
    kind: 'confirm_email',
    language: chooseLanguage(language, realm.policy.language),
    facts: {
      place: realm.policy.title,
      who: who ?? email.address,
      link: linkTo ? linkTo(token) : confirmEmailLink(publicUrl, realm, token),
      minutes: Math.round(lifetimeSeconds / 60),
      isOurPage: linkTo === undefined,
    },
  })
}
