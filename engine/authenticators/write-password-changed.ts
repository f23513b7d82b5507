import type { Account } from '../../storage/accounts.ts'
import type { Tx } from '../../storage/database.ts'
import type { Engine } from '../engine.ts'
import { askRecoveryLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'

/** Tells the account's address that its password is another one now, with the way to undo it. */
export async function writePasswordChanged(
  tx: Tx,
  { outbox, publicUrl }: Pick<Engine, 'outbox' | 'publicUrl'>,
  { realm, account }: { realm: Realm; account: Account },
): Promise<void> {
  if (account.email === null) return
  await outbox.write(tx, {
    realm,
    accountId: account.id,
    to: account.email,
    kind: 'password_changed',
    language: chooseLanguage(account.language, realm.policy.language),
    facts: { place: realm.policy.title, recoveryLink: askRecoveryLink(publicUrl, realm) },
  })
}
