import { sql } from 'kysely'
import { LAST_CHARACTER, wordsOf } from './account-words.ts'
import { type Account, getAccounts } from './accounts.ts'
import type { Db } from './database.ts'

/** Nobody looks through more; and anybody may ask, so that a search has to be cheap whatever it asks for. */
const HITS_MAX = 1_000
/** Of the words that begin as asked so many are looked at, in their order. */
const LOOKED_AT_MAX = 3_000
const WORDS_MAX = 8

interface Search {
  realmId: number
  /** Empty: everybody. */
  search: string
  offset: number
  limit: number
}

/**
 * Accounts by the first letters of words of their public profile, every word of the search among them; the nearest
 * words first. Without those who are disabled.
 *
 * @returns also how many there are, up to 1000.
 */
export async function searchPublicProfiles(
  db: Db,
  { realmId, search, offset, limit }: Search,
): Promise<{ accounts: Account[]; total: number }> {
  const words = wordsOf([search], WORDS_MAX)
  const ids = search.trim() === '' ? await listAll(db, realmId) : await findByWords(db, realmId, words)
  const page = ids.slice(offset, offset + limit).map((id) => ({ id }))
  return { accounts: await getAccounts(db, page), total: ids.length }
}

async function listAll(db: Db, realmId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where('realm_id', '=', realmId)
    .where('deleted_at', 'is', null)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .limit(HITS_MAX)
    .execute()
  return rows.map(({ id }) => id)
}

async function findByWords(db: Db, realmId: number, words: string[]): Promise<number[]> {
  const rarest = await findRarest(db, realmId, words)
  // Signs alone are no word: nobody is called so.
  if (rarest === undefined) return []
  const others = words.filter((word) => word !== rarest)
  const rows = await db
    .selectFrom(beginning(db, realmId, rarest).limit(LOOKED_AT_MAX).as('found'))
    .innerJoin('account', 'account.id', 'found.account_id')
    .select('account.id')
    .where('account.disabled_at', 'is', null)
    .where((eb) =>
      eb.and(
        others.map((word) =>
          eb.exists(
            eb
              .selectFrom('account_word as other')
              .select('other.word')
              .whereRef('other.account_id', '=', 'account.id')
              .where('other.word', '>=', word)
              .where('other.word', '<', `${word}${LAST_CHARACTER}`)
              .where('other.is_public', '=', true),
          ),
        ),
      ),
    )
    .orderBy('found.word')
    .orderBy('account.id')
    .execute()
  // Several words of one person may begin so.
  return [...new Set(rows.map(({ id }) => id))].slice(0, HITS_MAX)
}

/** The word that fewest begin with: what is looked at is bounded, so it had better be few. */
async function findRarest(db: Db, realmId: number, words: string[]): Promise<string | undefined> {
  if (words.length < 2) return words[0]
  const counted = await Promise.all(
    words.map(async (word) => {
      const { count } = await db
        .selectFrom(beginning(db, realmId, word).limit(LOOKED_AT_MAX).as('found'))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return { word, count: Number(count) }
    }),
  )
  return counted.toSorted((a, b) => a.count - b.count)[0]?.word
}

function beginning(db: Db, realmId: number, word: string) {
  return (
    db
      .selectFrom('account_word')
      .select(['account_word.account_id', 'account_word.word'])
      .where('account_word.realm_id', '=', realmId)
      .where('account_word.word', '>=', word)
      .where('account_word.word', '<', `${word}${LAST_CHARACTER}`)
      // As the index of public words has it: a parameter would not tell the database that it may be used.
      .where(sql<boolean>`account_word.is_public`)
      .orderBy('account_word.word')
      .orderBy('account_word.account_id')
  )
}
