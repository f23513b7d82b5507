import { randomUUIDv7 } from 'node:crypto'
import { indexAccountWords } from '../../storage/account-words.ts'
import { insertAccount } from '../../storage/accounts.ts'
import type { Tx } from '../../storage/database.ts'
import { insertEmailClaim, type Proof } from '../../storage/email-claims.ts'
import { putPassword } from '../../storage/passwords.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { EmailAddress } from './email-address.ts'
import { usernameKey } from './username.ts'

/** In order of precedence. */
export type CreateAccountFailure = { code: 'username_taken' } | { code: 'email_taken' }

export interface CreateAccount {
  realm: Realm
  client: Client
  email: EmailAddress | null
  /** How the address was proved; null if it was not. */
  proof: Proof | null
  username?: string | null
  name?: string | null
  language?: string | null
  role?: string
  tier?: number
  extra?: Record<string, unknown>
  /** Who invited it. */
  referrerId?: number | null
  phc?: string | null
  /** Who makes it, if it is not its owner. */
  actorId?: number
}

/**
 * Makes an account with its claim and its password. Who is taken, the database decides: of two at once, one is.
 * After a failure the caller takes the transaction back (`RollBack`), since the account may be half made.
 *
 * @returns its id.
 */
export async function createAccount(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  {
    realm,
    client,
    email,
    proof,
    username = null,
    name = null,
    language = null,
    role = 'user',
    tier = 0,
    extra = {},
    referrerId = null,
    phc = null,
    actorId,
  }: CreateAccount,
): Promise<Result<number, CreateAccountFailure>> {
  const now = clock.now()
  const accountId = await insertAccount(tx, {
    uid: randomUUIDv7(),
    realmId: realm.id,
    username,
    usernameKey: username === null ? null : usernameKey(username),
    name,
    role,
    tier,
    language,
    extra,
    referrerId,
    now,
  })
  if (accountId === undefined) return decline({ code: 'username_taken' })
  if (email) {
    const isFree = await insertEmailClaim(tx, {
      realmId: realm.id,
      accountId,
      address: email.address,
      addressKey: email.key,
      isPrimary: true,
      // An admin's browser makes no claim for somebody else.
      deviceHash: actorId === undefined ? client.deviceHash : null,
      proof,
      now,
    })
    if (!isFree) return decline({ code: 'email_taken' })
  }
  await indexAccountWords(tx, accountId)
  if (phc) await putPassword(tx, { accountId, phc, now })
  await recordAction(tx, { clock }, { realm, client, action: 'account.created', accountId, actorId })
  return succeed(accountId)
}
