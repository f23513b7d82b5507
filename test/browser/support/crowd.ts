/** Many people at once, put where the server keeps them: signing each one up would take minutes. */

import { indexAccountWords } from '../../../storage/account-words.ts'
import { insertAccount } from '../../../storage/accounts.ts'
import { inTransaction } from '../../../storage/database.ts'
import { insertEmailClaim } from '../../../storage/email-claims.ts'
import { withStorage } from '../../contracts/latchkey/support.ts'
import type { TestServer } from '../../support/latchkey.ts'

export interface Person {
  name: string
  email?: string
  username?: string
  role?: string
  isProved?: boolean
  isDisabled?: boolean
  /** The e-mail address of who invited them, named earlier in the list. */
  invitedBy?: string
}

/** @returns uids by e-mail address. */
export function addCrowd(server: TestServer, realm: string, people: Person[]): Promise<Map<string, string>> {
  return withStorage(server, async ({ db }) => {
    const { id: realmId } = await db
      .selectFrom('realm')
      .select('id')
      .where('name', '=', realm)
      .executeTakeFirstOrThrow()
    const ids = new Map<string, number>()
    const uids = new Map<string, string>()
    await inTransaction(db, async (tx) => {
      for (const [index, person] of people.entries()) {
        const { name, email, username = null, role = 'user', isProved = true, isDisabled, invitedBy } = person
        const uid = crypto.randomUUID()
        // The last of them came a minute ago, and the others a day apart.
        const now = Date.now() - 60_000 - (people.length - 1 - index) * 86_400_000
        const id = await insertAccount(tx, {
          uid,
          realmId,
          username,
          usernameKey: username,
          name,
          role,
          tier: 0,
          language: null,
          extra: {},
          referrerId: invitedBy === undefined ? null : (ids.get(invitedBy) ?? null),
          now,
        })
        if (id === undefined) throw new Error(`The username ${username} is taken.`)
        if (isDisabled)
          await tx.updateTable('account').set({ disabled_at: now }).where('id', '=', id).execute()
        if (email !== undefined) {
          await insertEmailClaim(tx, {
            realmId,
            accountId: id,
            address: email,
            addressKey: email,
            isPrimary: true,
            deviceHash: null,
            proof: isProved ? 'link' : null,
            now,
          })
          ids.set(email, id)
          uids.set(email, uid)
        }
        await indexAccountWords(tx, id)
      }
    })
    return uids
  })
}

const FIRST = [
  'Ada',
  'Grace',
  'Emmy',
  'Katherine',
  'Hedy',
  'Rosalind',
  'Sofia',
  'Chien-Shiung',
  'Lise',
  'Maryam',
]
const LAST = [
  'Hopper',
  'Noether',
  'Johnson',
  'Franklin',
  'Kowalewska',
  'Wu',
  'Meitner',
  'Mirzakhani',
  'Curie',
]

/** As many different people as are asked for. */
export function crowdOf(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const first = FIRST[index % FIRST.length] ?? ''
    const last = LAST[Math.floor(index / FIRST.length) % LAST.length] ?? ''
    const name = `${first} ${last}`
    return {
      name,
      email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${index}@example.org`,
      ...(index % 3 === 0 && { username: `person${index}` }),
      isProved: index % 7 !== 0,
      isDisabled: index % 29 === 5,
      ...(index % 17 === 3 && { role: 'staff' }),
    }
  })
}

/** So many accounts that nobody looks at each: names alone, `Person 1` and so on. */
export function addThousands(server: TestServer, realm: string, count: number): Promise<void> {
  const AT_ONCE = 1_000
  return withStorage(server, async ({ db }) => {
    const { id: realmId } = await db
      .selectFrom('realm')
      .select('id')
      .where('name', '=', realm)
      .executeTakeFirstOrThrow()
    await inTransaction(db, async (tx) => {
      for (let from = 1; from <= count; from += AT_ONCE) {
        const numbers = Array.from({ length: Math.min(AT_ONCE, count - from + 1) }, (_, at) => from + at)
        const rows = numbers.map((number) => ({
          uid: crypto.randomUUID(),
          realm_id: realmId,
          username: null,
          username_key: null,
          name: `Person ${number}`,
          bio: null,
          role: 'user',
          tier: 0,
          language: null,
          profile_image: null,
          banner_image: null,
          extra: '{}',
          referrer_id: null,
          disabled_at: null,
          deleted_at: null,
          created_at: number,
          updated_at: number,
        }))
        await tx.insertInto('account').values(rows).execute()
      }
    })
  })
}
