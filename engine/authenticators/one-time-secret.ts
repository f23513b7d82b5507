import type { Db } from '../../storage/database.ts'
import {
  countAttempt,
  findBySecret,
  insertOneTimeSecret,
  type OneTimeSecret,
  spendAllOfSubject,
  spendBySecret,
} from '../../storage/one-time-secrets.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { digest, randomToken } from '../secrets/secrets.ts'

/** What a secret is good for, and nothing else is. */
export type Purpose =
  | 'registration'
  | 'email_confirmation'
  | 'email_change'
  | 'email_proof'
  | 'recovery'
  | 'sign_in_code'
  | 'second_step'
  | 'passkey_registration'
  | 'passkey_sign_in'
  | 'oauth_state'
  | 'oauth_sign_up'

/** Whatever was begun for these, by mail for the most part, opens nothing once a password or an address has changed. */
export const mailedPurposes: Purpose[] = [
  'email_confirmation',
  'email_change',
  'email_proof',
  'recovery',
  'sign_in_code',
  'second_step',
  'passkey_registration',
  // Completed, it would open a session a second time.
  'oauth_sign_up',
]

/** A link is 256 random bits: nobody needs more tries than one. */
const LINK_ATTEMPTS_MAX = 1

/** Makes the secret of a link. @returns the token; only its digest is kept. */
export async function issueLink(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  link: {
    realm: Realm
    purpose: Purpose
    accountId: number | null
    subject?: string
    payload?: Record<string, unknown>
    lifetimeSeconds: number
    /** Ends earlier links of the same purpose and subject. */
    replaces?: boolean
    attemptsMax?: number
  },
): Promise<string> {
  const { realm, purpose, accountId, subject = null, payload = {}, lifetimeSeconds, replaces = false } = link
  const { attemptsMax = LINK_ATTEMPTS_MAX } = link
  const token = randomToken()
  const now = clock.now()
  if (replaces && subject !== null) {
    await spendAllOfSubject(db, { realmId: realm.id, purpose, subject, now })
  }
  await insertOneTimeSecret(db, {
    realmId: realm.id,
    purpose,
    accountId,
    subject,
    secretHash: digest(token),
    payload,
    attemptsMax,
    expiresAt: now + lifetimeSeconds * 1_000,
    now,
  })
  return token
}

/** Spends a link: of any number of callers at once, one gets it. Inside the transaction of what it permits. */
export function consumeLink(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, purpose, token }: { realm: Realm; purpose: Purpose; token: string },
): Promise<OneTimeSecret | undefined> {
  return spendBySecret(db, { realmId: realm.id, purpose, secretHash: digest(token), now: clock.now() })
}

/** Counts a try at what a link leads to, before it is made. @returns nothing when there are no more, or it is over. */
export function tryLink(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, purpose, token }: { realm: Realm; purpose: Purpose; token: string },
): Promise<OneTimeSecret | undefined> {
  return countAttempt(db, { realmId: realm.id, purpose, secretHash: digest(token), now: clock.now() })
}

/** Looks at a live link and leaves it as it is. */
export function lookAtLink(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, purpose, token }: { realm: Realm; purpose: Purpose; token: string },
): Promise<OneTimeSecret | undefined> {
  return findBySecret(db, { realmId: realm.id, purpose, secretHash: digest(token), now: clock.now() })
}
