import { lockAccount } from './accounts.ts'
import { deleteAddressBook } from './contact-trash.ts'
import type { Db, Tx } from './database.ts'
import { doubtPicture } from './pictures.ts'

/** When an account that is shut may be erased. */
export async function setErasure(db: Db, { id, eraseAt }: { id: number; eraseAt: number }): Promise<void> {
  await db.updateTable('account').set({ erase_at: eraseAt }).where('id', '=', id).execute()
}

/** Accounts whose erasure is due, a few at a time. */
export async function listDueErasures(
  db: Db,
  { now, limit }: { now: number; limit: number },
): Promise<{ id: number; realmId: number }[]> {
  return db
    .selectFrom('account')
    .select(['id', 'realm_id as realmId'])
    .where('erase_at', '<=', now)
    .where('deleted_at', 'is', null)
    .orderBy('erase_at')
    .limit(limit)
    .execute()
}

/** Takes an erasure that is due, by one statement: whoever let the account in again was first, or comes too late. */
export async function takeErasure(db: Db, { id, now }: { id: number; now: number }): Promise<boolean> {
  const row = await db
    .updateTable('account')
    .set({ erase_at: null })
    .where('id', '=', id)
    .where('erase_at', '<=', now)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Takes the person out of the row and leaves it: neither its id nor its username is ever given out again
 * (the key stays, the spelling goes). Its pictures' files are the caller's to sweep.
 */
export async function eraseAccount(tx: Tx, { id, now }: { id: number; now: number }): Promise<void> {
  // Else a picture that it gets meanwhile would be kept for nobody.
  await lockAccount(tx, id)
  const { realm_id: realmId, ...images } = await tx
    .selectFrom('account')
    .select(['realm_id', 'profile_image', 'banner_image'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  for (const hash of Object.values(images)) {
    if (hash !== null) await doubtPicture(tx, { realmId, room: 'accounts', hash, now })
  }
  await tx
    .updateTable('account')
    .set({
      username: null,
      name: null,
      bio: null,
      language: null,
      profile_image: null,
      banner_image: null,
      extra: '{}',
      erase_at: null,
      deleted_at: now,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
  await deleteAddressBook(tx, id)
  for (const table of [
    'email_claim',
    'password',
    'session',
    'one_time_secret',
    'oauth_identity',
    'totp',
    'recovery_code',
    'passkey',
    'api_token',
    'invitation_token',
    'push_device',
    'account_word',
  ] as const) {
    await tx.deleteFrom(table).where('account_id', '=', id).execute()
  }
}
