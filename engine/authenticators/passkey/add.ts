import { lockAccount } from '../../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../../storage/database.ts'
import { countPasskeys, insertPasskey, listPasskeys, type Passkey } from '../../../storage/passkeys.ts'
import { findSession } from '../../../storage/sessions.ts'
import { recordAction } from '../../activity/record.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { chooseLanguage } from '../../mail/texts/language.ts'
import { OPERATORS_REALM, type Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import type { SignedIn } from '../../sessions/session-cache.ts'
import { type PresenceFailure, provePresence } from '../prove-presence.ts'
import { CHALLENGE_SECONDS, issueRegistrationChallenge, spendRegistrationChallenge } from './challenge.ts'
import { defaultName } from './default-name.ts'
import { writeNotice } from './notice.ts'
import { relyingPartyOf } from './relying-party.ts'
import {
  ALGORITHMS,
  challengeIn,
  type NewCredential,
  type RegistrationResponse,
  verifyRegistration,
} from './verify.ts'

export type { Passkey } from '../../../storage/passkeys.ts'

const PASSKEYS_MAX = 20

interface Asked {
  realm: Realm
  client: Client
  signedIn: SignedIn
}

/** In order of precedence. */
export type PasskeyOffFailure =
  | { code: 'method_off' }
  /** No browser allows a passkey at the address of this server. */
  | { code: 'passkeys_need_https' }

/** In order of precedence. */
export type AskPasskeyFailure = PasskeyOffFailure | PresenceFailure | { code: 'too_many_passkeys' }

/**
 * Begins the registration of a passkey: what the browser needs for it (WebAuthn Level 3 §5.4, as JSON). Asks for the
 * owner's presence, since a passkey opens the account for good; nothing changes until the authenticator has answered.
 */
export async function askPasskey(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'publicUrl'>,
  { password, ...asked }: Asked & { password: string | null },
): Promise<Result<object, AskPasskeyFailure>> {
  const { db, clock, publicUrl } = engine
  const { realm, signedIn } = asked
  const { account } = signedIn
  if (!realm.policy.passkeySignIn) return decline({ code: 'method_off' })
  const rp = relyingPartyOf(publicUrl)
  if (!rp) return decline({ code: 'passkeys_need_https' })
  const presence = await provePresence(engine, { ...asked, password })
  if (!presence.ok) return presence
  const known = await listPasskeys(db, account.id)
  if (known.length >= PASSKEYS_MAX) return decline({ code: 'too_many_passkeys' })
  const challenge = await issueRegistrationChallenge(db, { clock }, { realm, signedIn })
  const label = account.email ?? account.username ?? account.name ?? account.uid
  return succeed({
    rp: { id: rp.id, name: realm.policy.title },
    user: {
      id: Buffer.from(account.uid).toString('base64url'),
      // All realms share a host name, and so the list that the browser shows.
      name: realm.name === OPERATORS_REALM ? label : `${label} (${realm.policy.title})`,
      displayName: account.name ?? label,
    },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_SECONDS * 1_000,
    excludeCredentials: known.map(({ credentialId: id, transports }) => ({
      type: 'public-key',
      id,
      transports,
    })),
    // Discoverable, so that nobody types who they are; with verification of the user, so that it is both factors.
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  })
}

/** In order of precedence. The challenge is spent by all but the first two. */
export type AddPasskeyFailure =
  | PasskeyOffFailure
  /** The challenge is unknown, used, expired, or somebody else's. */
  | { code: 'passkey_challenge_over' }
  | { code: 'passkey_not_valid' }
  | { code: 'too_many_passkeys' }
  /** It is registered already, for whomever. */
  | { code: 'passkey_known' }

type Parts = Pick<Engine, 'db' | 'clock' | 'outbox' | 'publicUrl'>

/** Completes the registration that {@link askPasskey} began for this very session; a mail tells. */
export async function addPasskey(
  engine: Parts,
  { response, name, ...asked }: Asked & { response: RegistrationResponse; name: string | null },
): Promise<Result<Passkey, AddPasskeyFailure>> {
  const { db, outbox, publicUrl } = engine
  const { realm, signedIn } = asked
  if (!realm.policy.passkeySignIn) return decline({ code: 'method_off' })
  const rp = relyingPartyOf(publicUrl)
  if (!rp) return decline({ code: 'passkeys_need_https' })
  const challenge = challengeIn(response.response)
  if (challenge === undefined) return decline({ code: 'passkey_not_valid' })
  if (!(await spendRegistrationChallenge(db, engine, { realm, signedIn, challenge }))) {
    return decline({ code: 'passkey_challenge_over' })
  }
  const credential = await verifyRegistration(rp, { challenge, response })
  if (!credential) return decline({ code: 'passkey_not_valid' })
  const added = await inTransaction(db, (tx) => insert(tx, engine, { ...asked, credential, name }))
  if (added.ok) outbox.wake()
  return added
}

async function insert(
  tx: Tx,
  engine: Parts,
  {
    realm,
    client,
    signedIn: { account, session },
    credential,
    name: wanted,
  }: Asked & { credential: NewCredential; name: string | null },
): Promise<Result<Passkey, AddPasskeyFailure>> {
  const { clock } = engine
  const accountId = account.id
  await lockAccount(tx, accountId)
  // Whatever ended the session while we looked (its owner proved the address, say) ends what it began.
  if (!(await findSession(tx, session.id))) return decline({ code: 'passkey_challenge_over' })
  if ((await countPasskeys(tx, accountId)) >= PASSKEYS_MAX) return decline({ code: 'too_many_passkeys' })
  const now = clock.now()
  const { aaguid, isOfThisDevice, ...rest } = credential
  const language = chooseLanguage(account.language, realm.policy.language)
  const taken = (await listPasskeys(tx, accountId)).map(({ name }) => name)
  const { userAgent } = client
  const name = wanted ?? defaultName({ aaguid, isOfThisDevice, userAgent, language, now, taken })
  const passkey = await insertPasskey(tx, { realmId: realm.id, accountId, name, now, ...rest })
  if (!passkey) return decline({ code: 'passkey_known' })
  await recordAction(tx, { clock }, { realm, client, action: 'passkey.added', accountId, detail: { name } })
  await writeNotice(tx, engine, { realm, account, kind: 'passkey_added', name })
  return succeed(passkey)
}
