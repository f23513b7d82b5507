import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * The personal address book: contacts, their circles and relationships, notes, activities, reminders, what became of
 * each (history, imports, merges), and the feed of birthdays. `owner_id` is an account; nothing else of accounts is
 * known here. What is deleted stays for a while with `deleted_at`; `trashed_with` is the contact that took it along.
 *
 * Lists are paged by number, so each order has an index that begins with the owner and holds all that a page is
 * chosen by: a page far inside is reached by counting entries of the index, and the tables are read for its rows alone.
 * `state` of a contact: 0 is listed, 1 archived, 2 in the trash.
 *
 * Text is searched by three characters (trigrams), folded by us: on SQLite by FTS5 tables without content, on PostgreSQL
 * by pg_trgm, which every installation since 13 lets a database's owner switch on.
 *
 * Existing rows: none. Undo: drops everything, and leaves the extension.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const onPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  const bytes = onPostgres ? sql`bytea` : sql`blob`
  // Compared by bytes on both, so that a list has one order.
  const key = onPostgres ? sql`text collate "C"` : sql`text`

  /** A table with a numeric id that is never given out twice (SQLite would reuse the highest one), and an owner. */
  const owned = (name: string): CreateTableBuilder<string, string> =>
    db.schema
      .createTable(name)
      .addColumn('id', onPostgres ? 'bigint' : 'integer', (c) =>
        onPostgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey().autoIncrement(),
      )
      .addColumn('owner_id', 'bigint', (c) =>
        c.notNull().references('account.id').onDelete('cascade'),
      ) as CreateTableBuilder<string, string>

  await db.schema
    .createTable('address_book')
    .addColumn('owner_id', 'bigint', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('listed', 'integer', (c) => c.notNull())
    .addColumn('archived', 'integer', (c) => c.notNull())
    .execute()

  await owned('contact')
    .addColumn('uid', 'text', (c) => c.notNull())
    .addColumn('state', 'integer', (c) => c.notNull())
    .addColumn('firstname', 'text', (c) => c.notNull())
    .addColumn('lastname', 'text', (c) => c.notNull())
    .addColumn('nickname', 'text', (c) => c.notNull())
    .addColumn('first_key', key, (c) => c.notNull())
    .addColumn('last_key', key, (c) => c.notNull())
    .addColumn('nick_key', key, (c) => c.notNull())
    .addColumn('gender', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('phone', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('birthday', 'text', (c) => c.notNull())
    .addColumn('birthday_key', 'integer')
    .addColumn('anniversary', 'text', (c) => c.notNull())
    .addColumn('how_we_met', 'text', (c) => c.notNull())
    .addColumn('food_preference', 'text', (c) => c.notNull())
    .addColumn('work_information', 'text', (c) => c.notNull())
    .addColumn('contact_information', 'text', (c) => c.notNull())
    .addColumn('prefix', 'text', (c) => c.notNull())
    .addColumn('middle_name', 'text', (c) => c.notNull())
    .addColumn('suffix', 'text', (c) => c.notNull())
    .addColumn('organization', 'text', (c) => c.notNull())
    .addColumn('department', 'text', (c) => c.notNull())
    .addColumn('job_title', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('emails', 'jsonb')
    .addColumn('phones', 'jsonb')
    .addColumn('addresses', 'jsonb')
    .addColumn('urls', 'jsonb')
    .addColumn('impps', 'jsonb')
    .addColumn('circles', 'jsonb')
    .addColumn('custom_fields', 'jsonb')
    .addColumn('hidden_properties', 'jsonb')
    .addColumn('import_id', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'contact', ['owner_id', 'id', 'state'])
  await index(db, 'contact', ['owner_id', 'first_key', 'id', 'state'])
  await index(db, 'contact', ['owner_id', 'last_key', 'id', 'state'])
  await index(db, 'contact', ['owner_id', 'nick_key', 'id', 'state'])
  await index(db, 'contact', ['owner_id', 'uid'], { unique: true })
  await sql`create index contact_by_birthday on contact (owner_id, birthday_key, id) where birthday_key is not null and state = 0`.execute(
    db,
  )
  await sql`create index contact_by_import on contact (import_id) where import_id is not null`.execute(db)
  await sql`create index contact_in_trash on contact (deleted_at) where deleted_at is not null`.execute(db)

  await db.schema
    .createTable('contact_photo')
    .addColumn('contact_id', 'bigint', (c) => c.primaryKey().references('contact.id').onDelete('cascade'))
    .addColumn('file', 'text', (c) => c.notNull())
    .addColumn('thumbnail', bytes, (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('contact_circle')
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('circle', key, (c) => c.notNull())
    .addColumn('owner_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('state', 'integer', (c) => c.notNull())
    .addColumn('first_key', key, (c) => c.notNull())
    .addColumn('last_key', key, (c) => c.notNull())
    .addPrimaryKeyConstraint('contact_circle_key', ['contact_id', 'circle'])
    .execute()
  await index(db, 'contact_circle', ['owner_id', 'circle', 'contact_id', 'state'])
  await index(db, 'contact_circle', ['owner_id', 'circle', 'first_key', 'contact_id', 'state'])
  await index(db, 'contact_circle', ['owner_id', 'circle', 'last_key', 'contact_id', 'state'])

  // By which an import finds who is there already: an address, digits of a number, a name.
  await db.schema
    .createTable('contact_match')
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('key', key, (c) => c.notNull())
    .addColumn('owner_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('contact_match_key', ['contact_id', 'kind', 'key'])
    .execute()
  await index(db, 'contact_match', ['owner_id', 'kind', 'key', 'contact_id'])

  await owned('relationship')
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('related_contact_id', 'bigint', (c) => c.references('contact.id').onDelete('set null'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('gender', 'text', (c) => c.notNull())
    .addColumn('birthday', 'text', (c) => c.notNull())
    .addColumn('birthday_key', 'integer')
    .addColumn('import_id', 'bigint')
    .addColumn('trashed_with', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'relationship', ['owner_id', 'id'])
  await index(db, 'relationship', ['contact_id', 'id'])
  await index(db, 'relationship', ['related_contact_id', 'id'])
  await sql`create index relationship_by_birthday on relationship (owner_id, birthday_key, id) where birthday_key is not null and related_contact_id is null and deleted_at is null`.execute(
    db,
  )
  await sql`create index relationship_in_trash on relationship (deleted_at) where deleted_at is not null`.execute(
    db,
  )

  await owned('note')
    .addColumn('contact_id', 'bigint', (c) => c.references('contact.id').onDelete('cascade'))
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('date', 'text', (c) => c.notNull())
    .addColumn('date_at', 'bigint', (c) => c.notNull())
    .addColumn('date_day', key, (c) => c.notNull())
    .addColumn('import_id', 'bigint')
    .addColumn('trashed_with', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'note', ['owner_id', 'id'])
  await index(db, 'note', ['contact_id', 'id'])
  await sql`create index note_unassigned on note (owner_id, date_at, id, date_day) where contact_id is null and deleted_at is null`.execute(
    db,
  )
  await sql`create index note_in_trash on note (deleted_at) where deleted_at is not null`.execute(db)

  await owned('activity')
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('location', 'text', (c) => c.notNull())
    .addColumn('date', 'text', (c) => c.notNull())
    .addColumn('date_at', 'bigint', (c) => c.notNull())
    .addColumn('date_day', key, (c) => c.notNull())
    .addColumn('import_id', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'activity', ['owner_id', 'id'])
  await sql`create index activity_by_date on activity (owner_id, date_at, id, date_day) where deleted_at is null`.execute(
    db,
  )
  await sql`create index activity_in_trash on activity (deleted_at) where deleted_at is not null`.execute(db)

  // With `trashed_at` a link that went to the trash with its contact, to come back with it.
  await db.schema
    .createTable('activity_contact')
    .addColumn('activity_id', 'bigint', (c) => c.notNull().references('activity.id').onDelete('cascade'))
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('trashed_at', 'bigint')
    .addPrimaryKeyConstraint('activity_contact_key', ['activity_id', 'contact_id'])
    .execute()
  await index(db, 'activity_contact', ['contact_id', 'activity_id'])

  await owned('reminder')
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('message', 'text', (c) => c.notNull())
    .addColumn('by_mail', 'boolean', (c) => c.notNull())
    .addColumn('remind_at', 'text', (c) => c.notNull())
    .addColumn('remind_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('remind_day', key, (c) => c.notNull())
    .addColumn('day_wanted', 'integer', (c) => c.notNull())
    .addColumn('recurrence', 'text', (c) => c.notNull())
    .addColumn('reoccur_from_completion', 'boolean', (c) => c.notNull())
    .addColumn('completed', 'boolean', (c) => c.notNull())
    .addColumn('email_sent', 'boolean', (c) => c.notNull())
    .addColumn('last_sent', 'bigint')
    .addColumn('import_id', 'bigint')
    .addColumn('trashed_with', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'reminder', ['owner_id', 'id'])
  await index(db, 'reminder', ['contact_id', 'id'])
  await sql`create index reminder_by_time on reminder (owner_id, remind_at_ms, id) where deleted_at is null`.execute(
    db,
  )
  await sql`create index reminder_open on reminder (owner_id, remind_at_ms, id) where deleted_at is null and not completed`.execute(
    db,
  )
  await sql`create index reminder_in_trash on reminder (deleted_at) where deleted_at is not null`.execute(db)

  await owned('reminder_completion')
    .addColumn('reminder_id', 'bigint', (c) => c.references('reminder.id').onDelete('set null'))
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('message', 'text', (c) => c.notNull())
    .addColumn('completed_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'reminder_completion', ['owner_id', 'id'])
  await index(db, 'reminder_completion', ['reminder_id'])
  await index(db, 'reminder_completion', ['contact_id', 'completed_at', 'id'])

  // One row for each mail of a day: who writes it first sends it.
  await db.schema
    .createTable('reminder_mail')
    .addColumn('owner_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('reminder_mail_key', ['owner_id', 'day'])
    .execute()
  await index(db, 'reminder_mail', ['created_at'])

  await owned('contact_history')
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('changes', 'jsonb', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'contact_history', ['owner_id', 'id'])
  await index(db, 'contact_history', ['contact_id', 'id'])
  await index(db, 'contact_history', ['created_at'])

  await owned('contact_import')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('report', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('undone_at', 'bigint')
    .execute()
  await index(db, 'contact_import', ['owner_id', 'id'])

  // What an import brought to a contact that was there, and what stood there before.
  await owned('contact_import_value')
    .addColumn('import_id', 'bigint', (c) => c.notNull().references('contact_import.id').onDelete('cascade'))
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('before', 'jsonb', (c) => c.notNull())
    .addColumn('after', 'jsonb', (c) => c.notNull())
    .execute()
  await index(db, 'contact_import_value', ['owner_id', 'id'])
  await index(db, 'contact_import_value', ['import_id', 'id'])
  await index(db, 'contact_import_value', ['contact_id', 'id'])

  await owned('contact_merge')
    .addColumn('contact_id', 'bigint', (c) => c.notNull().references('contact.id').onDelete('cascade'))
    .addColumn('parts', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('undone_at', 'bigint')
    .execute()
  await index(db, 'contact_merge', ['owner_id', 'id'])
  await index(db, 'contact_merge', ['contact_id', 'id'])

  await db.schema
    .createTable('calendar_feed')
    .addColumn('owner_id', 'bigint', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('token_hash', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'calendar_feed', ['token_hash'], { unique: true })

  if (onPostgres) await sql`create extension if not exists pg_trgm`.execute(db)
  for (const table of SEARCHED) {
    if (onPostgres) {
      await db.schema
        .createTable(table)
        .addColumn('id', 'bigint', (c) => c.primaryKey())
        .addColumn('owner_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
        .addColumn('text', 'text', (c) => c.notNull())
        .execute()
      await index(db, table, ['owner_id'])
      await sql`create index ${sql.id(`${table}_by_text`)} on ${sql.table(table)} using gin (text gin_trgm_ops)`.execute(
        db,
      )
    } else {
      await sql`create virtual table ${sql.table(table)} using fts5(owner, text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')`.execute(
        db,
      )
    }
  }
}

const SEARCHED = ['contact_search', 'note_search', 'activity_search']

export async function down(db: Kysely<unknown>): Promise<void> {
  const tables = [
    ...SEARCHED,
    ...['calendar_feed', 'contact_merge', 'contact_import_value', 'contact_import', 'contact_history'],
    ...[
      'reminder_mail',
      'reminder_completion',
      'reminder',
      'activity_contact',
      'activity',
      'note',
      'relationship',
    ],
    ...['contact_match', 'contact_circle', 'contact_photo', 'contact', 'address_book'],
  ]
  for (const table of tables) await db.schema.dropTable(table).execute()
}

async function index(
  db: Kysely<unknown>,
  table: string,
  columns: string[],
  { unique = false } = {},
): Promise<void> {
  const create = db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
  await (unique ? create.unique() : create).execute()
}
