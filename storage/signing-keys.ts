import type { Db } from './database.ts'

export interface SigningKeyRecord {
  id: string
  algorithm: string
  privateKeySealed: Uint8Array
  publicJwk: Record<string, unknown>
  createdAt: number
  signsUntil: number
  verifiesUntil: number
}

export async function insertSigningKey(db: Db, key: SigningKeyRecord & { realmId: number }): Promise<void> {
  await db
    .insertInto('signing_key')
    .values({
      id: key.id,
      realm_id: key.realmId,
      algorithm: key.algorithm,
      private_key_sealed: key.privateKeySealed,
      public_jwk: JSON.stringify(key.publicJwk),
      created_at: key.createdAt,
      signs_until: key.signsUntil,
      verifies_until: key.verifiesUntil,
    })
    .execute()
}

/** Those that still verify, the newest first. */
export async function listSigningKeys(
  db: Db,
  { realmId, now }: { realmId: number; now: number },
): Promise<SigningKeyRecord[]> {
  return db
    .selectFrom('signing_key')
    .select([
      'id',
      'algorithm',
      'private_key_sealed as privateKeySealed',
      'public_jwk as publicJwk',
      'created_at as createdAt',
      'signs_until as signsUntil',
      'verifies_until as verifiesUntil',
    ])
    .where('realm_id', '=', realmId)
    .where('verifies_until', '>', now)
    .orderBy('created_at', 'desc')
    .execute()
}

export async function deleteEndedSigningKeys(db: Db, now: number): Promise<void> {
  await db.deleteFrom('signing_key').where('verifies_until', '<=', now).execute()
}
