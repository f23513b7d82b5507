import { getAccount, lockAccount } from '../../storage/accounts.ts'
import {
  type ApiToken,
  countApiTokens,
  deleteApiToken,
  findApiToken,
  insertApiToken,
  listApiTokens,
  touchApiToken,
} from '../../storage/api-tokens.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import { type PresenceFailure, provePresence } from '../authenticators/prove-presence.ts'
import type { Client } from '../client.ts'
import { DAY_MS, MINUTE_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { digest, randomToken } from '../secrets/secrets.ts'
import { passingSession } from './passing-session.ts'
import type { SignedIn } from './session-cache.ts'

export type { ApiToken } from '../../storage/api-tokens.ts'

/** Tells what it is wherever it turns up: in a file, in a scanner for leaked secrets. */
const PREFIX = 'latchkey_pat_'
export const apiTokenScopes = ['account:read', 'account:write', 'admin:read', 'admin:write'] as const
export type ApiTokenScope = (typeof apiTokenScopes)[number]
export const API_TOKEN_DAYS_MAX = 366
const TOKENS_MAX = 50
/** The last use is shown, not counted: once a minute is often enough to write it. */
const TOUCH_MS = MINUTE_MS

/** In order of precedence. */
export type CreateApiTokenFailure =
  | { code: 'scope_not_allowed' }
  | PresenceFailure
  | { code: 'too_many_tokens' }

/**
 * Makes a personal access token: a bearer token (RFC 6750) for programs of the account's owner, good for its
 * scopes alone and until it ends. Whoever has it needs no password, so making one asks for it.
 *
 * @returns the token, which is kept nowhere and shown once.
 */
export async function createApiToken(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits'>,
  input: {
    realm: Realm
    client: Client
    signedIn: SignedIn
    password: string | null
    name: string
    scopes: ApiTokenScope[]
    /** At most {@link API_TOKEN_DAYS_MAX}; null for one that does not end by itself. */
    days: number | null
  },
): Promise<Result<{ token: string; apiToken: ApiToken }, CreateApiTokenFailure>> {
  const { db, clock } = engine
  const { realm, client, signedIn, password, name, scopes, days } = input
  const { account } = signedIn
  if (account.role !== 'admin' && scopes.some((scope) => scope.startsWith('admin:'))) {
    return decline({ code: 'scope_not_allowed' })
  }
  const presence = await provePresence(engine, { realm, client, signedIn, password })
  if (!presence.ok) return presence
  const token = `${PREFIX}${randomToken()}`
  const accountId = account.id
  const made = await inTransaction(db, async (tx): Promise<Result<ApiToken, CreateApiTokenFailure>> => {
    await lockAccount(tx, accountId)
    if ((await countApiTokens(tx, accountId)) >= TOKENS_MAX) return decline({ code: 'too_many_tokens' })
    const now = clock.now()
    const expiresAt = days === null ? null : now + days * DAY_MS
    const apiToken = await insertApiToken(tx, {
      accountId,
      name,
      tokenHash: digest(token),
      scopes: [...new Set(scopes)],
      expiresAt,
      now,
    })
    const detail = { scopes: scopes.join(' ') }
    await recordAction(tx, { clock }, { realm, client, action: 'api_token.created', accountId, detail })
    return succeed(apiToken)
  })
  return made.ok ? succeed({ token, apiToken: made.value }) : made
}

export function listOwnApiTokens({ db }: Pick<Engine, 'db'>, accountId: number): Promise<ApiToken[]> {
  return listApiTokens(db, accountId)
}

/** Ends one of the account's own tokens at once. @returns `not_found` also for somebody else's. */
export async function revokeApiToken(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { realm, client, accountId, id }: { realm: Realm; client: Client; accountId: number; id: number },
): Promise<Result<null, { code: 'not_found' }>> {
  const isGone = await inTransaction(db, async (tx) => {
    if (!(await deleteApiToken(tx, { id, accountId }))) return false
    await recordAction(tx, { clock }, { realm, client, action: 'api_token.revoked', accountId })
    return true
  })
  return isGone ? succeed(null) : decline({ code: 'not_found' })
}

/** Whether a bearer token says that it is one of these. */
export function isApiToken(token: string): boolean {
  return token.startsWith(PREFIX)
}

/** In order of precedence. */
export type ApiTokenFailure =
  | { code: 'token_not_valid' }
  | { code: 'token_expired' }
  | { code: 'account_disabled' }
  | { code: 'scope_missing'; scope: string }

/**
 * Whose a personal access token is, and whether it may do what is asked. Looked up each time, so that one that was
 * revoked is over at once.
 */
export async function authenticateApiToken(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  {
    realm,
    app,
    token,
    scope,
    isForPeopleOnly,
  }: { realm: Realm; app: string; token: string; scope: string; isForPeopleOnly: boolean },
): Promise<Result<SignedIn, ApiTokenFailure>> {
  const found = await findApiToken(db, digest(token))
  const account = found && (await getAccount(db, found.accountId))
  if (!account || account.realmId !== realm.id || account.deletedAt !== null) {
    return decline({ code: 'token_not_valid' })
  }
  const now = clock.now()
  if (found.expiresAt !== null && found.expiresAt <= now) return decline({ code: 'token_expired' })
  if (account.disabledAt !== null) return decline({ code: 'account_disabled' })
  if (isForPeopleOnly || !permits(found.scopes, scope)) return decline({ code: 'scope_missing', scope })
  if (found.lastUsedAt === null || now - found.lastUsedAt >= TOUCH_MS)
    await touchApiToken(db, { id: found.id, now })
  return succeed(passingSession(account, { app, method: 'api_token', now }))
}

/** Who may write may read. */
function permits(scopes: string[], scope: string): boolean {
  return scopes.includes(scope) || scopes.includes(scope.replace(':read', ':write'))
}
