/** Many people at once, written straight into the tables of a data folder, with the server away. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { newTotpSecret } from '../../engine/authenticators/totp/algorithm.ts'
import { createSecrets } from '../../engine/secrets/secrets.ts'
import { wordsOf } from '../../storage/account-words.ts'

const BATCH = 20_000
const BORN_AT = Date.UTC(2026, 0, 1)

export interface Person {
  handle: string
  name: string
  bio: string | null
  email: string
}

/** Writes people as if they had registered, with all that a search reads of them. */
export function writePeople(dataDir: string, realm: string, people: Iterable<Person>): void {
  withDatabase(dataDir, (db) => {
    const realmId = idOfRealm(db, realm)
    // Built in one go at the end, as an index of so many rows is built in little time only then.
    const indexes = takeIndexes(db, 'account_word')
    const insertAccount = accountInsert(db)
    const insertClaim = claimInsert(db)
    const insertWord = db.prepare(
      'insert or ignore into account_word (account_id, realm_id, word, is_public) values (?, ?, ?, ?)',
    )
    inBatches(db, people, ({ handle, name, bio, email }) => {
      const id = Number(
        insertAccount.get(uidOf(handle), realmId, handle, handle, name, bio, BORN_AT, BORN_AT)?.id,
      )
      insertClaim.run(realmId, id, email, email, BORN_AT, BORN_AT)
      const shown = new Set(wordsOf([handle, name, bio]))
      for (const word of shown) insertWord.run(id, realmId, word, 1)
      for (const word of wordsOf([email])) if (!shown.has(word)) insertWord.run(id, realmId, word, 0)
    })
    for (const index of indexes) db.exec(index)
    db.exec('analyze')
  })
}

/** Writes people who sign in with one password and then a code of one app. @returns the app's secret. */
export function writeTwoStepPeople(
  dataDir: string,
  realm: string,
  { emails, phc }: { emails: string[]; phc: string },
): Buffer {
  const secret = newTotpSecret()
  const secrets = createSecrets(readFileSync(join(dataDir, 'secret'), 'utf8').trim())
  const sealed = secrets.seal('totp', secret.toString('base64'))
  withDatabase(dataDir, (db) => {
    const realmId = idOfRealm(db, realm)
    const insertAccount = accountInsert(db)
    const insertClaim = claimInsert(db)
    const insertPassword = db.prepare(
      'insert into password (account_id, phc, set_at, change_due) values (?, ?, ?, 0)',
    )
    const insertTotp = db.prepare(
      'insert into totp (account_id, secret_sealed, enabled_at, last_step, created_at) values (?, ?, ?, 0, ?)',
    )
    inBatches(db, emails, (email) => {
      const row = insertAccount.get(uidOf(email), realmId, null, null, 'Ada', null, BORN_AT, BORN_AT)
      const id = Number(row?.id)
      insertClaim.run(realmId, id, email, email, BORN_AT, BORN_AT)
      insertPassword.run(id, phc, BORN_AT)
      insertTotp.run(id, sealed, BORN_AT, BORN_AT)
    })
  })
  return secret
}

/** The hash of the first account's password, for others who shall have the same. */
export function readPasswordHash(dataDir: string): string {
  let phc = ''
  withDatabase(dataDir, (db) => {
    phc = String(db.prepare('select phc from password order by account_id desc limit 1').get()?.phc)
  })
  return phc
}

function withDatabase(dataDir: string, act: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(dataDir, 'latchkey.sqlite'))
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -512000')
    act(db)
    db.exec('pragma wal_checkpoint(truncate)')
  } finally {
    db.close()
  }
}

function idOfRealm(db: DatabaseSync, name: string): number {
  return Number(db.prepare('select id from realm where name = ?').get(name)?.id)
}

function accountInsert(db: DatabaseSync) {
  return db.prepare(
    `insert into account (uid, realm_id, username, username_key, name, bio, role, tier, extra, created_at, updated_at)
     values (?, ?, ?, ?, ?, ?, 'user', 0, '{}', ?, ?) returning id`,
  )
}

function claimInsert(db: DatabaseSync) {
  return db.prepare(
    `insert into email_claim (realm_id, account_id, address, address_key, is_primary, proved_at, proof, created_at)
     values (?, ?, ?, ?, 1, ?, 'link', ?)`,
  )
}

/** Drops a table's indexes. @returns the statements that bring them back. */
function takeIndexes(db: DatabaseSync, table: string): string[] {
  const rows = db
    .prepare(`select name, sql from sqlite_master where type = 'index' and tbl_name = ? and sql is not null`)
    .all(table)
  for (const { name } of rows) db.exec(`drop index "${name}"`)
  return rows.map(({ sql }) => String(sql))
}

function inBatches<T>(db: DatabaseSync, items: Iterable<T>, write: (item: T) => void): void {
  let count = 0
  db.exec('begin')
  for (const item of items) {
    write(item)
    if (++count % BATCH === 0) db.exec('commit; begin')
  }
  db.exec('commit')
}

let uids = 0
/** Unique, and of the form that a uid has; nobody looks for one here. */
function uidOf(_whom: string): string {
  return `019b0000-0000-7000-8000-${(++uids).toString(16).padStart(12, '0')}`
}
