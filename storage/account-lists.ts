import { type ExpressionBuilder, sql } from 'kysely'
import { LAST_CHARACTER, wordsOf } from './account-words.ts'
import { type Account, getAccounts } from './accounts.ts'
import type { Db } from './database.ts'
import type { Schema } from './schema.ts'

export interface AccountFilter {
  realmId: number
  /** First letters of words of the name, username, bio or address; all of them have to be there. */
  search?: string
  role?: string
  isDisabled?: boolean
  isProved?: boolean
  /** Those that this account invited. */
  referrerId?: number
}

export type AccountSort = 'created' | '-created' | 'name' | '-name'

/** Without the deleted ones. @returns also how many there are in all. */
export async function listAccounts(
  db: Db,
  {
    sort = 'created',
    offset,
    limit,
    ...filter
  }: AccountFilter & { sort?: AccountSort; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  let query = db.selectFrom('account').select('account.id').where(matches(filter))
  if (sort.endsWith('name')) query = query.orderBy(sql`lower(account.name)`, direction)
  // The page's ids alone at first: what hangs on them is looked up for these few.
  const page = await query.orderBy('account.id', direction).offset(offset).limit(limit).execute()
  const { count } = await db
    .selectFrom('account')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(matches(filter))
    .executeTakeFirstOrThrow()
  return { accounts: await getAccounts(db, page), total: Number(count) }
}

function matches({ realmId, search = '', role, isDisabled, isProved, referrerId }: AccountFilter) {
  const words = wordsOf([search])
  return (eb: ExpressionBuilder<Schema, 'account'>) =>
    eb.and([
      eb('account.realm_id', '=', realmId),
      eb('account.deleted_at', 'is', null),
      ...(role === undefined ? [] : [eb('account.role', '=', role)]),
      ...(isDisabled === undefined ? [] : [eb('account.disabled_at', isDisabled ? 'is not' : 'is', null)]),
      ...(referrerId === undefined ? [] : [eb('account.referrer_id', '=', referrerId)]),
      ...(isProved === undefined ? [] : [provedIs(eb, isProved)]),
      ...(words.length === 0 ? [] : [eb('account.id', 'in', havingWords(eb, realmId, words))]),
      // Signs alone are no word: nobody is called so.
      ...(search.trim() !== '' && words.length === 0 ? [eb.val(false)] : []),
    ])
}

/** Accounts that have, for each of these, a word that begins so: one set for each, and what they share. */
function havingWords(eb: ExpressionBuilder<Schema, 'account'>, realmId: number, words: string[]) {
  const sets = words.map((word) =>
    eb
      .selectFrom('account_word')
      .select('account_word.account_id')
      .where('account_word.realm_id', '=', realmId)
      .where('account_word.word', '>=', word)
      .where('account_word.word', '<', `${word}${LAST_CHARACTER}`),
  )
  return sets.reduce((shared, set) => shared.intersect(set))
}

function provedIs(eb: ExpressionBuilder<Schema, 'account'>, isProved: boolean) {
  const proved = eb.exists(
    eb
      .selectFrom('email_claim')
      .select('email_claim.id')
      .whereRef('email_claim.account_id', '=', 'account.id')
      .where('email_claim.is_primary', '=', true)
      .where('email_claim.proved_at', 'is not', null),
  )
  return isProved ? proved : eb.not(proved)
}

/** Those who have invited somebody, and were invited by nobody who is still there. */
export async function listInviters(
  db: Db,
  { realmId, offset, limit }: { realmId: number; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  const inviters = db
    .selectFrom('account')
    .where('account.realm_id', '=', realmId)
    .where('account.deleted_at', 'is', null)
    .where('account.id', 'in', (eb) =>
      eb
        .selectFrom('account as invited')
        .select('invited.referrer_id')
        .where('invited.referrer_id', 'is not', null)
        .where('invited.deleted_at', 'is', null)
        .$castTo<{ referrer_id: number }>(),
    )
    .where((eb) =>
      eb.or([
        eb('account.referrer_id', 'is', null),
        eb.exists(
          eb
            .selectFrom('account as gone')
            .select('gone.id')
            .whereRef('gone.id', '=', 'account.referrer_id')
            .where('gone.deleted_at', 'is not', null),
        ),
      ]),
    )
  const page = await inviters.select('account.id').orderBy('account.id').offset(offset).limit(limit).execute()
  const { count } = await inviters
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { accounts: await getAccounts(db, page), total: Number(count) }
}

/** How many accounts each of these has invited, the deleted ones left out. */
export async function countInvited(db: Db, accountIds: number[]): Promise<Map<number, number>> {
  if (accountIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('account')
    .select((eb) => ['referrer_id', eb.fn.countAll<number>().as('count')])
    .where('referrer_id', 'in', accountIds)
    .where('deleted_at', 'is', null)
    .groupBy('referrer_id')
    .execute()
  return new Map(rows.map(({ referrer_id, count }) => [referrer_id ?? 0, Number(count)]))
}
