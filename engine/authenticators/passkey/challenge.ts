import type { Db } from '../../../storage/database.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import type { Realm } from '../../realm.ts'
import { equalBytes } from '../../secrets/secrets.ts'
import type { SignedIn } from '../../sessions/session-cache.ts'
import { consumeLink, issueLink } from '../one-time-secret.ts'

/** Time to find the security key; what browsers are told as their time-out, too. */
export const CHALLENGE_SECONDS = 300

/*
 * A challenge is a one-time secret of 256 random bits: its text is what the authenticator signs, so that whoever brings
 * the signature brings the secret. It is spent by whatever comes of it.
 */

/** A challenge for adding a passkey: good for this account and this very session. */
export function issueRegistrationChallenge(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, signedIn: { account, session } }: { realm: Realm; signedIn: SignedIn },
): Promise<string> {
  const payload = { sessionId: session.id }
  const lifetimeSeconds = CHALLENGE_SECONDS
  return issueLink(
    db,
    { clock },
    { realm, purpose: 'passkey_registration', accountId: account.id, payload, lifetimeSeconds },
  )
}

/** @returns whether it was live, and this session's. */
export async function spendRegistrationChallenge(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, signedIn, challenge }: { realm: Realm; signedIn: SignedIn; challenge: string },
): Promise<boolean> {
  const { account, session } = signedIn
  const spent = await consumeLink(db, { clock }, { realm, purpose: 'passkey_registration', token: challenge })
  return spent?.accountId === account.id && spent.payload.sessionId === session.id
}

/** A challenge for signing in: good for whoever sits at this browser. */
export function issueSignInChallenge(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, client }: { realm: Realm; client: Client },
): Promise<string> {
  const device = client.deviceHash && Buffer.from(client.deviceHash).toString('hex')
  const lifetimeSeconds = CHALLENGE_SECONDS
  return issueLink(
    db,
    { clock },
    { realm, purpose: 'passkey_sign_in', accountId: null, payload: { device }, lifetimeSeconds },
  )
}

/** @returns whether it was live, and this browser's. */
export async function spendSignInChallenge(
  db: Db,
  { clock }: Pick<Engine, 'clock'>,
  { realm, client, challenge }: { realm: Realm; client: Client; challenge: string },
): Promise<boolean> {
  const spent = await consumeLink(db, { clock }, { realm, purpose: 'passkey_sign_in', token: challenge })
  const device = spent?.payload.device
  return (
    typeof device === 'string' &&
    client.deviceHash !== null &&
    equalBytes(Buffer.from(device, 'hex'), client.deviceHash)
  )
}
