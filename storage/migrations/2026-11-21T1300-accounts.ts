import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * The account system: realms, accounts and their claims, every kind of authenticator, sessions and tokens,
 * the action log and the outbox. Laid out for all the documented APIs at once, so that a contract that comes
 * later finds its tables here.
 *
 * Existing rows: none. Undo: drops everything.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const onPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  const bytes = onPostgres ? sql`bytea` : sql`blob`

  /** A table with a numeric id that is never given out twice (SQLite would reuse the highest one). */
  const withId = (name: string): CreateTableBuilder<string, string> =>
    db.schema
      .createTable(name)
      .addColumn('id', onPostgres ? 'bigint' : 'integer', (c) =>
        onPostgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey().autoIncrement(),
      ) as CreateTableBuilder<string, string>

  await withId('realm')
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('set_up_at', 'bigint')
    .addColumn('profile', 'jsonb', (c) => c.notNull())
    .execute()

  await withId('account')
    .addColumn('uid', 'text', (c) => c.notNull().unique())
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('username', 'text')
    .addColumn('username_key', 'text')
    .addColumn('name', 'text')
    .addColumn('bio', 'text')
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('tier', 'integer', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('profile_image', 'text')
    .addColumn('banner_image', 'text')
    .addColumn('extra', 'jsonb', (c) => c.notNull())
    .addColumn('referrer_id', 'bigint', (c) => c.references('account.id').onDelete('set null'))
    .addColumn('disabled_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'account', ['realm_id', 'username_key'], { unique: true })
  await index(db, 'account', ['realm_id', 'id'])
  await index(db, 'account', ['realm_id', 'role'])
  await index(db, 'account', ['referrer_id'])

  await withId('email_claim')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('address_key', 'text', (c) => c.notNull())
    .addColumn('is_primary', 'boolean', (c) => c.notNull())
    .addColumn('device_hash', bytes)
    .addColumn('proved_at', 'bigint')
    .addColumn('proof', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'email_claim', ['realm_id', 'address_key'], { unique: true })
  await index(db, 'email_claim', ['account_id', 'is_primary'])

  await db.schema
    .createTable('password')
    .addColumn('account_id', 'bigint', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('phc', 'text', (c) => c.notNull())
    .addColumn('set_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('change_due', 'boolean', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('session')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('app', 'text', (c) => c.notNull())
    .addColumn('token_hash', bytes)
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('user_agent', 'text')
    .addColumn('address', 'text')
    .addColumn('is_persistent', 'boolean', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('idle_expires_at', 'bigint')
    .execute()
  await index(db, 'session', ['account_id', 'last_used_at'])
  await index(db, 'session', ['token_hash'], { unique: true })
  await index(db, 'session', ['expires_at'])
  await index(db, 'session', ['realm_id'])

  await withId('refresh_token')
    .addColumn('session_id', 'text', (c) => c.notNull().references('session.id').onDelete('cascade'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('token_hash', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('rotated_at', 'bigint')
    .execute()
  await index(db, 'refresh_token', ['token_hash'], { unique: true })
  await index(db, 'refresh_token', ['session_id'])
  await index(db, 'refresh_token', ['account_id'])
  await index(db, 'refresh_token', ['expires_at'])

  await withId('one_time_secret')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('account_id', 'bigint', (c) => c.references('account.id').onDelete('cascade'))
    .addColumn('subject', 'text')
    .addColumn('secret_hash', bytes, (c) => c.notNull())
    .addColumn('payload', 'jsonb', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('attempts_max', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('spent_at', 'bigint')
    .execute()
  await index(db, 'one_time_secret', ['secret_hash'])
  await index(db, 'one_time_secret', ['realm_id', 'purpose', 'subject'])
  await index(db, 'one_time_secret', ['account_id', 'purpose'])
  await index(db, 'one_time_secret', ['expires_at'])

  await withId('oauth_identity')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('provider_subject', 'text', (c) => c.notNull())
    .addColumn('email', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'oauth_identity', ['realm_id', 'provider', 'provider_subject'], { unique: true })
  await index(db, 'oauth_identity', ['account_id', 'provider'], { unique: true })

  await db.schema
    .createTable('totp')
    .addColumn('account_id', 'bigint', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('secret_sealed', bytes, (c) => c.notNull())
    .addColumn('enabled_at', 'bigint')
    .addColumn('last_step', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()

  await withId('recovery_code')
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('code_hash', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'recovery_code', ['account_id', 'code_hash'], { unique: true })

  await withId('passkey')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('credential_id', 'text', (c) => c.notNull())
    .addColumn('public_key', bytes, (c) => c.notNull())
    .addColumn('sign_count', 'bigint', (c) => c.notNull())
    .addColumn('transports', 'jsonb', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('is_backed_up', 'boolean', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute()
  await index(db, 'passkey', ['realm_id', 'credential_id'], { unique: true })
  await index(db, 'passkey', ['account_id'])

  await withId('api_token')
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('token_hash', bytes, (c) => c.notNull())
    .addColumn('scopes', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .execute()
  await index(db, 'api_token', ['token_hash'], { unique: true })
  await index(db, 'api_token', ['account_id'])

  await withId('invitation_token')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('token_hash', bytes, (c) => c.notNull())
    .addColumn('token_sealed', bytes, (c) => c.notNull())
    .addColumn('uses', 'integer', (c) => c.notNull())
    .addColumn('uses_max', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'invitation_token', ['realm_id', 'token_hash'], { unique: true })
  await index(db, 'invitation_token', ['account_id', 'expires_at'])

  await withId('push_device')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('token', 'text', (c) => c.notNull())
    .addColumn('platform', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'push_device', ['realm_id', 'token'], { unique: true })
  await index(db, 'push_device', ['account_id', 'updated_at'])

  await db.schema
    .createTable('signing_key')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('algorithm', 'text', (c) => c.notNull())
    .addColumn('private_key_sealed', bytes, (c) => c.notNull())
    .addColumn('public_jwk', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('signs_until', 'bigint', (c) => c.notNull())
    .addColumn('verifies_until', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'signing_key', ['realm_id', 'verifies_until'])

  // No foreign keys to accounts: an entry outlives whom it speaks of.
  await withId('action_log')
    .addColumn('uid', 'text', (c) => c.notNull().unique())
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('app', 'text')
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'bigint')
    .addColumn('account_id', 'bigint')
    .addColumn('address', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('request_id', 'text')
    .addColumn('detail', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'action_log', ['realm_id', 'id'])
  await index(db, 'action_log', ['realm_id', 'action', 'id'])
  await index(db, 'action_log', ['actor_id', 'id'])
  await index(db, 'action_log', ['account_id', 'id'])
  await index(db, 'action_log', ['created_at'])

  await withId('outbox')
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    .addColumn('account_id', 'bigint', (c) => c.references('account.id').onDelete('set null'))
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('content_sealed', bytes)
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'bigint', (c) => c.notNull())
    .addColumn('leased_until', 'bigint', (c) => c.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('failed_at', 'bigint')
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await sql`create index outbox_waiting on outbox (next_attempt_at) where sent_at is null and failed_at is null`.execute(
    db,
  )
  await index(db, 'outbox', ['realm_id', 'id'])
  await index(db, 'outbox', ['account_id'])
  await index(db, 'outbox', ['created_at'])

  // For several processes; one process counts in memory.
  await db.schema
    .createTable('rate_limit')
    .addColumn('key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('resets_at', 'bigint', (c) => c.notNull())
    .execute()
  await index(db, 'rate_limit', ['resets_at'])
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const tables = [
    ...[
      'rate_limit',
      'outbox',
      'action_log',
      'signing_key',
      'push_device',
      'invitation_token',
      'api_token',
      'passkey',
    ],
    ...['recovery_code', 'totp', 'oauth_identity', 'one_time_secret', 'refresh_token', 'session', 'password'],
    ...['email_claim', 'account', 'realm'],
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
