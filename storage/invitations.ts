import type { Db } from './database.ts'

/** What an account hands to people it invites; not a credential. */
export interface Invitation {
  id: number
  accountId: number
  tokenSealed: Uint8Array
  uses: number
  usesMax: number
  createdAt: number
  expiresAt: number
}

const columns = [
  'id',
  'account_id as accountId',
  'token_sealed as tokenSealed',
  'uses',
  'uses_max as usesMax',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const

export async function insertInvitation(
  db: Db,
  invitation: {
    realmId: number
    accountId: number
    tokenHash: Uint8Array
    tokenSealed: Uint8Array
    usesMax: number
    expiresAt: number
    now: number
  },
): Promise<Invitation> {
  return db
    .insertInto('invitation_token')
    .values({
      realm_id: invitation.realmId,
      account_id: invitation.accountId,
      token_hash: invitation.tokenHash,
      token_sealed: invitation.tokenSealed,
      uses: 0,
      uses_max: invitation.usesMax,
      created_at: invitation.now,
      expires_at: invitation.expiresAt,
    })
    .returning([...columns])
    .executeTakeFirstOrThrow()
}

/** Also one that has ended. */
export async function findInvitation(
  db: Db,
  { realmId, tokenHash }: { realmId: number; tokenHash: Uint8Array },
): Promise<Invitation | undefined> {
  return db
    .selectFrom('invitation_token')
    .select([...columns])
    .where('realm_id', '=', realmId)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
}

/** Live ones of an account, that with the latest end first. */
export async function listLiveInvitations(
  db: Db,
  { accountId, now }: { accountId: number; now: number },
): Promise<Invitation[]> {
  return db
    .selectFrom('invitation_token')
    .select([...columns])
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .orderBy('expires_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** Counts a use, by one statement: of any number at once no more get one than there are. */
export async function countInvitationUse(db: Db, { id, now }: { id: number; now: number }): Promise<boolean> {
  const row = await db
    .updateTable('invitation_token')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .whereRef('uses', '<', 'uses_max')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Those that ended before an instant. */
export async function deleteEndedInvitations(db: Db, before: number): Promise<void> {
  await db.deleteFrom('invitation_token').where('expires_at', '<', before).execute()
}
