import { isUsernameAvailable } from '../../accounts/profiles.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import type { Realm, RealmPolicy } from '../../realm.ts'
import { randomDigits } from '../../secrets/secrets.ts'
import { issueLink, lookAtLink, tryLink } from '../one-time-secret.ts'
import type { ProviderUser } from './provider.ts'
import { digestOf, isSameBrowser } from './state.ts'

export const PENDING_SIGN_UP = 'oauth_sign_up'
const LIFETIME_SECONDS = 600
/** Names that are taken, and looks at whether they are. */
const TRIES = 200

/** Somebody whom a provider knows, who has no account yet. */
export interface Pending extends Omit<ProviderUser, 'email' | 'isEmailVerified'> {
  provider: string
  /** The provider vouches for it. */
  email: string
}

export interface PendingSignUp {
  token: string
  email: string
  name: string | null
  /** Free just now. */
  username: string
}

interface Kept extends Pending {
  app: string
  browser: string
}

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets'>

/** Keeps what a provider said until a name is chosen; sealed, since it is about somebody who has no account. */
export async function issuePendingSignUp(
  { db, clock, secrets }: Parts,
  { realm, client, browser, pending }: { realm: Realm; client: Client; browser: string; pending: Pending },
): Promise<PendingSignUp> {
  const kept: Kept = { ...pending, app: client.app, browser: digestOf(browser) }
  const token = await issueLink(
    db,
    { clock },
    {
      realm,
      purpose: PENDING_SIGN_UP,
      accountId: null,
      payload: { sealed: secrets.seal(PENDING_SIGN_UP, JSON.stringify(kept)).toString('base64') },
      lifetimeSeconds: LIFETIME_SECONDS,
      attemptsMax: TRIES,
    },
  )
  const { email, name } = pending
  return { token, email, name, username: await suggestUsername({ db }, realm, pending) }
}

/** What a token stands for, to the browser that began and in the app where it did. */
export function readPending(
  { secrets }: Pick<Engine, 'secrets'>,
  payload: Record<string, unknown>,
  { client, browser }: { client: Client; browser: string | null },
): Pending | undefined {
  const sealed = Buffer.from(String(payload.sealed), 'base64')
  const { app, browser: began, ...pending }: Kept = JSON.parse(secrets.unseal(PENDING_SIGN_UP, sealed))
  return app === client.app && isSameBrowser(began, browser) ? pending : undefined
}

/**
 * Whether a name could be chosen; told to who has a sign-up under way, so that nobody walks through all the names.
 *
 * @returns nothing when the sign-up is over, or another browser's.
 */
export async function isChoiceAvailable(
  engine: Parts,
  {
    realm,
    client,
    browser,
    token,
    username,
  }: { realm: Realm; client: Client; browser: string | null; token: string; username: string },
): Promise<boolean | undefined> {
  const { db } = engine
  const by = { realm, purpose: PENDING_SIGN_UP, token } as const
  const begun = await lookAtLink(db, engine, by)
  if (!begun || !readPending(engine, begun.payload, { client, browser })) return undefined
  if (!(await tryLink(db, engine, by))) return undefined
  return isUsernameAvailable(engine, { realm, username })
}

const DRAWS_MAX = 20
const NUMBER_LENGTH = 4

/** A free name that is like theirs: as the provider has it, else of their name, else of their address. */
export async function suggestUsername(
  { db }: Pick<Engine, 'db'>,
  realm: Realm,
  { username, name, email }: { username: string | null; name: string | null; email: string },
): Promise<string> {
  const stems = [username, name, email.split('@')[0] ?? ''].map((text) => stemOf(realm.policy, text))
  const stem = stems.find((one) => one !== undefined) ?? 'user'
  let suggestion = stem
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    if (await isUsernameAvailable({ db }, { realm, username: suggestion })) break
    suggestion = withNumber(realm.policy, stem, randomDigits(NUMBER_LENGTH))
  }
  return suggestion
}

/** Accents off, other signs out. @returns nothing when less is left than a name has. */
function stemOf(policy: RealmPolicy, text: string | null): string | undefined {
  const { usernameLengthMin, usernameLengthMax, usernameForm } = policy
  const plain = (text ?? '').normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const joined = usernameForm === 'plain' ? '' : '_'
  const stem = plain
    .replaceAll(/[^a-z0-9]+/g, joined)
    .slice(0, usernameLengthMax)
    .replaceAll(/^_+|_+$/g, '')
  return stem.length >= usernameLengthMin ? stem : undefined
}

function withNumber({ usernameLengthMax }: RealmPolicy, stem: string, number: string): string {
  return `${stem.slice(0, usernameLengthMax - number.length).replaceAll(/_+$/g, '')}${number}`
}
