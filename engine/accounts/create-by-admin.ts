import { type Account, getAccount } from '../../storage/accounts.ts'
import { inTransaction, RollBack } from '../../storage/database.ts'
import { putPassword } from '../../storage/passwords.ts'
import type { Client } from '../client.ts'
import { DAY_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { signInLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { randomPassword } from '../secrets/secrets.ts'
import { createAccount } from './create-account.ts'
import { parseEmailAddress } from './email-address.ts'

/** In order of precedence. */
export type CreateByAdminFailure = { code: 'email_not_valid' } | { code: 'email_taken' }

export interface CreateByAdmin {
  realm: Realm
  client: Client
  /** The admin. */
  actor: Account
  email: string
  name: string
  role: string
  /** Where the new person signs in; named in the mail. */
  signInUrl?: string | undefined
}

/**
 * Makes an account for somebody else. They get a temporary password by mail, and have to change it before they
 * can do anything else. A mail server that is away does not undo the account: the outbox tries again.
 */
export async function createAccountByAdmin(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'outbox' | 'publicUrl'>,
  { realm, client, actor, email: text, name, role, signInUrl }: CreateByAdmin,
): Promise<Result<Account, CreateByAdminFailure>> {
  const { db, clock, passwords, outbox, publicUrl } = engine
  const email = parseEmailAddress(text.trim())
  if (!email) return decline({ code: 'email_not_valid' })
  const temporary = randomPassword()
  const phc = await passwords.hash(temporary)
  const lifetimeSeconds = realm.policy.temporaryPasswordLifetimeSeconds
  const created = await inTransaction(db, async (tx): Promise<Result<Account, CreateByAdminFailure>> => {
    const account = { realm, client, email, proof: null, name, role, actorId: actor.id }
    const made = await createAccount(tx, engine, account)
    if (!made.ok) throw new RollBack(decline({ code: 'email_taken' }))
    const now = clock.now()
    const accountId = made.value
    await putPassword(tx, { accountId, phc, now, temporaryUntil: now + lifetimeSeconds * 1_000 })
    await outbox.write(tx, {
      realm,
      accountId,
      to: email.address,
      kind: 'welcome',
      language: chooseLanguage(realm.policy.language),
      facts: {
        place: realm.policy.title,
        name,
        password: temporary,
        signInLink: signInUrl ?? signInLink(publicUrl, realm),
        days: Math.round((lifetimeSeconds * 1_000) / DAY_MS),
      },
    })
    return succeed(await getAccount(tx, accountId))
  })
  if (created.ok) outbox.wake()
  return created
}
