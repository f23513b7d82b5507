import { type Account, updateAccount } from '../../storage/accounts.ts'
import type { Tx } from '../../storage/database.ts'
import { spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { countPasskeys } from '../../storage/passkeys.ts'
import { putPassword } from '../../storage/passwords.ts'
import { deleteSessionsOf } from '../../storage/sessions.ts'
import { type Action, recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { accountLink, askRecoveryLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { mailedPurposes } from './one-time-secret.ts'

/**
 * What every change of a password does, in one transaction: the new hash, the end of all other sessions and of
 * every link that was mailed before, a line in the log, and a mail to the owner with the way to undo it.
 *
 * @returns how many sessions ended.
 */
export async function replacePassword(
  tx: Tx,
  { clock, outbox, publicUrl }: Pick<Engine, 'clock' | 'outbox' | 'publicUrl'>,
  {
    realm,
    client,
    account,
    phc,
    keepSessionId,
    action = 'password.changed',
  }: {
    realm: Realm
    client: Client
    account: Account
    phc: string
    keepSessionId: string | null
    action?: Action
  },
): Promise<number> {
  const accountId = account.id
  const now = clock.now()
  await putPassword(tx, { accountId, phc, now })
  await updateAccount(tx, { id: accountId, now })
  await spendAllOfAccount(tx, { accountId, purposes: mailedPurposes, now })
  const sessionsEnded = await deleteSessionsOf(tx, { accountId, keepSessionId })
  await recordAction(tx, { clock }, { realm, client, action, accountId })
  if (account.email !== null) {
    await outbox.write(tx, {
      realm,
      accountId,
      to: account.email,
      kind: 'password_changed',
      language: chooseLanguage(account.language, realm.policy.language),
      facts: {
        place: realm.policy.title,
        recoveryLink: askRecoveryLink(publicUrl, realm),
        passkeys: await countPasskeys(tx, accountId),
        accountLink: accountLink(publicUrl, realm),
      },
    })
  }
  return sessionsEnded
}
