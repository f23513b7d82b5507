import type { Db } from './database.ts'

/** That a provider knows an account's owner under a name of its own. */
export interface OauthIdentity {
  accountId: number
  provider: string
  /** What the provider calls them; never shown. */
  subject: string
  /** As the provider told it when it was linked. */
  email: string | null
  createdAt: number
}

const columns = [
  'account_id as accountId',
  'provider',
  'provider_subject as subject',
  'email',
  'created_at as createdAt',
] as const

/**
 * Links an identity to an account, once. @returns false when somebody of the realm has the identity, or the account
 * has another of the same provider: of two at once, one is the first.
 */
export async function insertIdentity(
  db: Db,
  identity: OauthIdentity & { realmId: number },
): Promise<boolean> {
  const row = await db
    .insertInto('oauth_identity')
    .values({
      realm_id: identity.realmId,
      account_id: identity.accountId,
      provider: identity.provider,
      provider_subject: identity.subject,
      email: identity.email,
      created_at: identity.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findIdentity(
  db: Db,
  { realmId, provider, subject }: { realmId: number; provider: string; subject: string },
): Promise<OauthIdentity | undefined> {
  return db
    .selectFrom('oauth_identity')
    .select([...columns])
    .where('realm_id', '=', realmId)
    .where('provider', '=', provider)
    .where('provider_subject', '=', subject)
    .executeTakeFirst()
}

/** Oldest first. */
export async function listIdentities(db: Db, accountId: number): Promise<OauthIdentity[]> {
  return db
    .selectFrom('oauth_identity')
    .select([...columns])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute()
}

/** @returns false when the account had none of this provider. */
export async function deleteIdentity(
  db: Db,
  { accountId, provider }: { accountId: number; provider: string },
): Promise<boolean> {
  const row = await db
    .deleteFrom('oauth_identity')
    .where('account_id', '=', accountId)
    .where('provider', '=', provider)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
