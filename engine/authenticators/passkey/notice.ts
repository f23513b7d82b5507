import type { Account } from '../../../storage/accounts.ts'
import type { Tx } from '../../../storage/database.ts'
import type { Engine } from '../../engine.ts'
import { accountLink, askRecoveryLink } from '../../links.ts'
import { chooseLanguage } from '../../mail/texts/language.ts'
import type { Realm } from '../../realm.ts'

/** Tells the owner that what opens the account has changed, with the ways to undo it. */
export async function writeNotice(
  tx: Tx,
  { outbox, publicUrl }: Pick<Engine, 'outbox' | 'publicUrl'>,
  {
    realm,
    account,
    kind,
    name,
  }: { realm: Realm; account: Account; kind: 'passkey_added' | 'passkey_removed'; name: string },
): Promise<void> {
  if (account.email === null) return
  await outbox.write(tx, {
    realm,
    accountId: account.id,
    to: account.email,
    kind,
    language: chooseLanguage(account.language, realm.policy.language),
    facts: {
      place: realm.policy.title,
      name,
      accountLink: accountLink(publicUrl, realm),
      recoveryLink: askRecoveryLink(publicUrl, realm),
    },
  })
}
