import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import * as accounts from './migrations/2026-11-21T1300-accounts.ts'
import * as accountWords from './migrations/2026-11-21T1700-account-words.ts'
import * as accountClosing from './migrations/2026-11-21T1900-account-closing.ts'
import * as publicWords from './migrations/2026-11-21T2000-public-words.ts'
import * as publicWordIndex from './migrations/2026-11-21T2015-public-word-index.ts'
import * as publicActions from './migrations/2026-11-21T2030-public-actions.ts'
import * as pictures from './migrations/2026-11-21T2130-pictures.ts'
import * as contacts from './migrations/2026-11-21T2200-contacts.ts'
import * as reminderMails from './migrations/2026-11-21T2245-reminder-mails.ts'
import type { Schema } from './schema.ts'

/** In the order they run. A migration that has landed is never edited; the next one corrects it. */
export const migrations: Record<string, Migration> = {
  '2026-11-21T1300-accounts': accounts,
  '2026-11-21T1700-account-words': accountWords,
  '2026-11-21T1900-account-closing': accountClosing,
  '2026-11-21T2000-public-words': publicWords,
  '2026-11-21T2015-public-word-index': publicWordIndex,
  '2026-11-21T2030-public-actions': publicActions,
  '2026-11-21T2130-pictures': pictures,
  '2026-11-21T2200-contacts': contacts,
  '2026-11-21T2245-reminder-mails': reminderMails,
}

/**
 * Brings the database to today's schema, step by step, each step whole or not at all.
 *
 * @returns the names of the migrations that ran now.
 * @throws the error of the migration that failed.
 */
export async function migrateToLatest(db: Kysely<Schema>, last?: string): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results } = await (last ? migrator.migrateTo(last) : migrator.migrateToLatest())
  if (error) throw error
  return (results ?? [])
    .filter(({ status }) => status === 'Success')
    .map(({ migrationName }) => migrationName)
}

/** Migrations that have not run yet on this database. */
export async function pendingMigrations(db: Kysely<Schema>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const all = await migrator.getMigrations()
  return all.filter(({ executedAt }) => !executedAt).map(({ name }) => name)
}
