import type { Db } from './database.ts'
import { prepared } from './prepared.ts'
import { type Session, sessionColumns } from './sessions.ts'

/** A refresh token as it was found; those of one sign-in hang on one session, which is their family. */
export interface RefreshToken {
  id: number
  sessionId: string
  accountId: number
  rotatedAt: number | null
  expiresAt: number
  session: Session
}

interface NewRefreshToken {
  sessionId: string
  accountId: number
  tokenHash: Uint8Array
  expiresAt: number
  now: number
}

const insert = prepared((db, token: NewRefreshToken) =>
  db.insertInto('refresh_token').values({
    session_id: token.sessionId,
    account_id: token.accountId,
    token_hash: token.tokenHash,
    created_at: token.now,
    expires_at: token.expiresAt,
    rotated_at: null,
  }),
)

export async function insertRefreshToken(db: Db, token: NewRefreshToken): Promise<void> {
  await insert(db, token)
}

interface Which {
  tokenHash: Uint8Array
  realmId: number
  app: string
}

const rotate = prepared((db, { tokenHash, realmId, app, now }: Which & { now: number }) =>
  db
    .updateTable('refresh_token')
    .set({ rotated_at: now })
    .where('token_hash', '=', tokenHash)
    .where('rotated_at', 'is', null)
    .where('expires_at', '>', now)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('session')
          .select('session.id')
          .whereRef('session.id', '=', 'refresh_token.session_id')
          .where('session.realm_id', '=', realmId)
          .where('session.app', '=', app),
      ),
    )
    .returning(['session_id as sessionId', 'account_id as accountId']),
)

/** Rotates a live token, by one statement: of any number of callers at once, one gets the row. */
export async function rotateRefreshToken(
  db: Db,
  which: Which & { now: number },
): Promise<{ sessionId: string; accountId: number } | undefined> {
  return (await rotate(db, which))[0]
}

const find = prepared((db, { tokenHash, realmId, app }: Which) =>
  db
    .selectFrom('refresh_token')
    .innerJoin('session', 'session.id', 'refresh_token.session_id')
    .select([
      'refresh_token.id as tokenId',
      'refresh_token.rotated_at as rotatedAt',
      'refresh_token.expires_at as tokenExpiresAt',
      ...sessionColumns,
    ])
    .where('refresh_token.token_hash', '=', tokenHash)
    .where('session.realm_id', '=', realmId)
    .where('session.app', '=', app),
)

/** Whatever became of it, as long as it is kept. */
export async function findRefreshToken(db: Db, which: Which): Promise<RefreshToken | undefined> {
  const [row] = await find(db, which)
  if (!row) return undefined
  const { tokenId: id, rotatedAt, tokenExpiresAt: expiresAt, ...session } = row
  return { id, sessionId: session.id, accountId: session.accountId, rotatedAt, expiresAt, session }
}

export async function deleteEndedRefreshTokens(db: Db, now: number): Promise<void> {
  await db.deleteFrom('refresh_token').where('expires_at', '<=', now).execute()
}
