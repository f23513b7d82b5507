import type { Kysely } from 'kysely'
import { wordsOf } from '../account-words.ts'

interface Tables {
  account: {
    id: number
    realm_id: number
    username: string | null
    name: string | null
    deleted_at: number | null
  }
  account_word: { account_id: number; realm_id: number; word: string; is_public: boolean }
}

/**
 * Words of public profiles are told from those of addresses, which nobody but an admin may look for.
 *
 * Existing rows: not public, but for the words of names and usernames (nobody could write a bio before). Undo: drops
 * the column.
 */
export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable('account_word')
    .addColumn('is_public', 'boolean', (c) => c.notNull().defaultTo(false))
    .execute()
  await fill(db)
}

export async function down(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('account_word').dropColumn('is_public').execute()
}

const STEP = 500

async function fill(db: Kysely<Tables>): Promise<void> {
  for (let after = 0; ; ) {
    const accounts = await db
      .selectFrom('account')
      .select(['id', 'realm_id', 'username', 'name'])
      .where('id', '>', after)
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .limit(STEP)
      .execute()
    const last = accounts.at(-1)
    if (!last) return
    const words = accounts.flatMap(({ id, realm_id, username, name }) =>
      wordsOf([username, name]).map((word) => ({ account_id: id, realm_id, word, is_public: true })),
    )
    if (words.length > 0) {
      await db
        .insertInto('account_word')
        .values(words)
        .onConflict((conflict) => conflict.columns(['account_id', 'word']).doUpdateSet({ is_public: true }))
        .execute()
    }
    after = last.id
  }
}
