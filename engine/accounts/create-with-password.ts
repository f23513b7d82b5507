import { type Account, findAccountByUid, getAccount } from '../../storage/accounts.ts'
import { inTransaction, RollBack } from '../../storage/database.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { createAccount } from './create-account.ts'
import { parseEmailAddress } from './email-address.ts'

/** In order of precedence. */
export type CreateWithPasswordFailure =
  | { code: 'email_not_valid' }
  | NewPasswordFailure
  | { code: 'referrer_not_found' }
  | { code: 'email_taken' }

export interface CreateWithPassword {
  realm: Realm
  client: Client
  /** The admin. */
  actor: Account
  email: string
  password: string
  name: string | null
  role: string
  tier: number
  extra: Record<string, unknown>
  /** Whose account invited it. */
  referrerUid: string | null
}

/** Makes an account for somebody else with a password that the admin tells them; no mail goes out. */
export async function createWithPassword(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords'>,
  { realm, client, actor, email: text, password, referrerUid, ...rest }: CreateWithPassword,
): Promise<Result<Account, CreateWithPasswordFailure>> {
  const { db, passwords } = engine
  const email = parseEmailAddress(text.trim())
  if (!email) return decline({ code: 'email_not_valid' })
  const hints = [rest.name, email.address].filter((hint) => hint !== null)
  const failure = await checkNewPassword(realm.policy.password, password, hints)
  if (failure) return decline(failure)
  const referrer = referrerUid === null ? undefined : await findAccountByUid(db, referrerUid)
  if (referrerUid !== null && referrer?.realmId !== realm.id) return decline({ code: 'referrer_not_found' })
  const phc = await passwords.hash(password)
  return inTransaction(db, async (tx): Promise<Result<Account, CreateWithPasswordFailure>> => {
    const referrerId = referrer?.id ?? null
    const account = { realm, client, email, proof: null, phc, referrerId, actorId: actor.id, ...rest }
    const created = await createAccount(tx, engine, account)
    if (!created.ok) throw new RollBack(decline({ code: 'email_taken' }))
    return succeed(await getAccount(tx, created.value))
  })
}
