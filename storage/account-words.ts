import type { Db } from './database.ts'

/** No name has more; a longer text is cut off here. */
const WORDS_MAX = 40
/** As many words as a bio can be looked for by. */
const BIO_WORDS_MAX = 120
const WORD_LENGTH_MAX = 64
/** After every other in the order of bytes: what begins with a word ends before the word and this. */
export const LAST_CHARACTER = '\u{10ffff}'

/**
 * The words by which people look for somebody: small letters without accents, digits, in any script.
 * `Åsa.Öberg@example.org` gives asa, oberg, example, org.
 */
export function wordsOf(texts: (string | null | undefined)[], max = WORDS_MAX): string[] {
  const words = texts
    .filter((text) => typeof text === 'string')
    .join(' ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => word.slice(0, WORD_LENGTH_MAX))
  return [...new Set(words)].slice(0, max)
}

/** Writes the account's words anew, after anything that it is called by has changed. */
export async function indexAccountWords(db: Db, accountId: number): Promise<void> {
  const account = await db
    .selectFrom('account')
    .select(['realm_id', 'username', 'name', 'bio'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const claims = await db
    .selectFrom('email_claim')
    .select('address')
    .where('account_id', '=', accountId)
    .execute()
  const { username, name, bio } = account
  const shown = new Set([...wordsOf([username, name]), ...wordsOf([bio], BIO_WORDS_MAX)])
  const words = new Set([...shown, ...wordsOf(claims.map(({ address }) => address))])
  await db.deleteFrom('account_word').where('account_id', '=', accountId).execute()
  if (words.size === 0) return
  await db
    .insertInto('account_word')
    .values(
      [...words].map((word) => ({
        account_id: accountId,
        realm_id: account.realm_id,
        word,
        is_public: shown.has(word),
      })),
    )
    // Of two changes at once, both have written what stands there now.
    .onConflict((conflict) => conflict.columns(['account_id', 'word']).doNothing())
    .execute()
}
