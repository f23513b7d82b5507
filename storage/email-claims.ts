import type { Db } from './database.ts'

export interface EmailClaim {
  id: number
  accountId: number
  address: string
  addressKey: string
  deviceHash: Uint8Array | null
  provedAt: number | null
}

/** How an address was shown to be the account's. */
export type Proof = 'code' | 'session_code' | 'link' | 'recovery_link' | 'provider' | 'operator'

/** @returns false when somebody in the realm has claimed the address already. */
export async function insertEmailClaim(
  db: Db,
  claim: {
    realmId: number
    accountId: number
    address: string
    addressKey: string
    isPrimary: boolean
    deviceHash: Uint8Array | null
    proof: Proof | null
    now: number
  },
): Promise<boolean> {
  const row = await db
    .insertInto('email_claim')
    .values({
      realm_id: claim.realmId,
      account_id: claim.accountId,
      address: claim.address,
      address_key: claim.addressKey,
      is_primary: claim.isPrimary,
      device_hash: claim.deviceHash,
      proved_at: claim.proof ? claim.now : null,
      proof: claim.proof,
      created_at: claim.now,
    })
    .onConflict((conflict) => conflict.columns(['realm_id', 'address_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findEmailClaim(
  db: Db,
  { realmId, addressKey }: { realmId: number; addressKey: string },
): Promise<EmailClaim | undefined> {
  return selectClaims(db)
    .where('realm_id', '=', realmId)
    .where('address_key', '=', addressKey)
    .executeTakeFirst()
}

export async function findPrimaryClaim(db: Db, accountId: number): Promise<EmailClaim | undefined> {
  return selectClaims(db)
    .where('account_id', '=', accountId)
    .where('is_primary', '=', true)
    .executeTakeFirst()
}

function selectClaims(db: Db) {
  return db
    .selectFrom('email_claim')
    .select([
      'id',
      'account_id as accountId',
      'address',
      'address_key as addressKey',
      'device_hash as deviceHash',
      'proved_at as provedAt',
    ])
}

/** @returns false when it was proved already: of two proofs at once, one is the first. */
export async function markClaimProved(
  db: Db,
  { id, proof, now }: { id: number; proof: Proof; now: number },
): Promise<boolean> {
  const row = await db
    .updateTable('email_claim')
    .set({ proved_at: now, proof })
    .where('id', '=', id)
    .where('proved_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteClaimsOf(db: Db, accountId: number): Promise<void> {
  await db.deleteFrom('email_claim').where('account_id', '=', accountId).execute()
}
