import { inTransaction, RollBack } from '../../storage/database.ts'
import { isSetUpOpen, takeSetUp } from '../../storage/realms.ts'
import { recordAction } from '../activity/record.ts'
import { checkNewPassword, type NewPasswordFailure } from '../authenticators/password/check-new-password.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { openSession } from '../sessions/gate.ts'
import { type NewSignIn, withToken } from '../sessions/sign-in.ts'
import { createAccount } from './create-account.ts'
import { parseEmailAddress } from './email-address.ts'
import { checkOpeningHours, type OpeningHoursFailure } from './opening-hours.ts'
import type { PlaceProfile } from './place-profile.ts'

/** In order of precedence. */
export type SetUpRealmFailure =
  | { code: 'setup_done' }
  | TooManyRequests
  | { code: 'setup_code_wrong' }
  | OpeningHoursFailure
  | { code: 'email_not_valid' }
  | NewPasswordFailure

export interface SetUpRealm {
  realm: Realm
  client: Client
  /** Whether the caller knows the code on the console, or none is asked for. */
  isCodeRight: boolean
  email: string
  password: string
  name: string
  language: string | null
  /** What set-up asks about the place itself, kept with the realm. */
  profile?: PlaceProfile
}

/** Whether the realm still waits for its first account. */
export function isSetUpDue({ db }: Pick<Engine, 'db'>, realm: Realm): Promise<boolean> {
  return isSetUpOpen(db, realm.id)
}

/**
 * First run: makes the realm's first account, an admin, and signs in. Of any number of callers at once one
 * wins, and afterwards nobody ever does, whatever becomes of the accounts.
 */
export async function setUpRealm(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'keys' | 'publicUrl'>,
  { isCodeRight, realm, client, email: text, password, name, language, profile }: SetUpRealm,
): Promise<Result<NewSignIn, SetUpRealmFailure>> {
  const { db, clock, passwords, limits } = engine
  if (!(await isSetUpOpen(db, realm.id))) return decline({ code: 'setup_done' })
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  if (!isCodeRight) return decline({ code: 'setup_code_wrong' })
  await limits.giveBack(failuresPerClient, key)
  const hoursFailure = profile && checkOpeningHours(profile.openingHours)
  if (hoursFailure) return decline(hoursFailure)
  const email = parseEmailAddress(text.trim())
  if (!email) return decline({ code: 'email_not_valid' })
  const failure = await checkNewPassword(realm.policy.password, password, [name, email.address])
  if (failure) return decline(failure)

  const phc = await passwords.hash(password)
  const opened = await inTransaction(db, async (tx) => {
    if (!(await takeSetUp(tx, { realmId: realm.id, now: clock.now(), profile: { ...profile } })))
      return decline({ code: 'setup_done' })
    const admin = { realm, client, email, proof: 'operator', name, language, role: 'admin', phc } as const
    const created = await createAccount(tx, engine, admin)
    if (!created.ok) throw new RollBack(decline({ code: 'setup_done' }))
    const accountId = created.value
    await recordAction(tx, engine, { realm, client, action: 'realm.set_up', accountId })
    const session = await openSession(tx, engine, { realm, accountId, method: 'set_up', client })
    if (!session.ok) throw new Error('The account of a set-up is let in.')
    return session
  })
  return opened.ok ? succeed(await withToken(engine, { realm, client }, opened.value)) : opened
}
