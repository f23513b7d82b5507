import { inTransaction } from '../../storage/database.ts'
import { findPrimaryClaim } from '../../storage/email-claims.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { mailsPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { type LinkTo, writeConfirmation } from './write-confirmation.ts'

/** One address gets the same link again once in so long; more are swallowed. */
const pause = { name: 'confirmation_pause', max: 1, windowSeconds: 60 }

/** Mails a link that proves the account's address once more. */
export async function resendConfirmation(
  engine: Pick<Engine, 'db' | 'clock' | 'limits' | 'outbox' | 'publicUrl'>,
  {
    realm,
    client,
    signedIn: { account },
    linkTo,
  }: { realm: Realm; client: Client; signedIn: SignedIn; linkTo?: LinkTo },
): Promise<Result<null, { code: 'email_proved' }>> {
  const { db, limits, outbox } = engine
  const claim = await findPrimaryClaim(db, account.id)
  if (!claim || claim.provedAt !== null) return decline({ code: 'email_proved' })
  const byAccount = await limits.take(pause, String(account.id))
  const byClient = await limits.take(mailsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!byAccount.isAllowed || !byClient.isAllowed) return succeed(null)
  const email = { address: claim.address, key: claim.addressKey }
  const { id: accountId, username: who, language } = account
  await inTransaction(db, (tx) =>
    writeConfirmation(tx, engine, { realm, accountId, email, who, language, linkTo }),
  )
  outbox.wake()
  return succeed(null)
}
