import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, type Transaction } from 'kysely'
import { type Bus, localBus, postgresBus } from './bus.ts'
import { migrateToLatest } from './migrate.ts'
import { openPostgresPool, postgresDialect } from './postgres/dialect.ts'
import type { Schema } from './schema.ts'
import { openSqliteFile, sqliteDialect } from './sqlite/dialect.ts'

export { pendingMigrations } from './migrate.ts'

/** Where queries run: the database itself, or one transaction of it. */
export type Db = Kysely<Schema> | Transaction<Schema>
export type Tx = Transaction<Schema>

export interface Storage {
  kind: 'sqlite' | 'postgres'
  db: Kysely<Schema>
  bus: Bus
  /** Names of the migrations that this call ran. @throws if one failed; it then left nothing behind. */
  migrate(): Promise<string[]>
  /** @throws if the database cannot be reached just now. */
  check(): Promise<void>
  close(): Promise<void>
}

/** `sqlite` takes a file path, `postgres` a connection URL. */
export type StorageLocation = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

const POSTGRES_CONNECTIONS_MAX = 10

/** Opens the database; the caller migrates before it uses it. */
export function openStorage(location: StorageLocation): Storage {
  const { db, bus } = location.kind === 'sqlite' ? openSqlite(location.path) : openPostgres(location.url)
  return {
    kind: location.kind,
    db,
    bus,
    migrate: () => migrateToLatest(db),
    check: async () => {
      await db.selectFrom('realm').select('id').limit(1).execute()
    },
    async close() {
      await bus.close()
      await db.destroy()
    },
  }
}

function openSqlite(path: string): { db: Kysely<Schema>; bus: Bus } {
  mkdirSync(dirname(path), { recursive: true })
  return { db: new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(path)) }), bus: localBus() }
}

function openPostgres(url: string): { db: Kysely<Schema>; bus: Bus } {
  const pool = openPostgresPool(url, POSTGRES_CONNECTIONS_MAX)
  return { db: new Kysely<Schema>({ dialect: postgresDialect(pool) }), bus: postgresBus(url, pool) }
}

/** Thrown inside {@link inTransaction}: nothing of the transaction is kept, and `value` is what it answers. */
export class RollBack<T> extends Error {
  override name = 'RollBack'
  readonly value: T

  constructor(value: T) {
    super('The transaction was taken back.')
    this.value = value
  }
}

/** Runs the steps as one: all of them are kept, or, after an exception, none. Await nothing slow inside. */
export async function inTransaction<T>(db: Kysely<Schema>, steps: (tx: Tx) => Promise<T>): Promise<T> {
  let begun: Tx | undefined
  try {
    const value = await db.transaction().execute((tx) => {
      begun = tx
      return steps(tx)
    })
    for (const work of (begun && dueAfterCommit.get(begun)) ?? []) work()
    return value
  } catch (error) {
    if (error instanceof RollBack) return error.value as T
    throw error
  }
}

const dueAfterCommit = new WeakMap<Db, (() => void)[]>()

/** Does something once what `db` wrote is kept: after the commit of a transaction, and never if there is none. */
export function afterCommit(db: Db, work: () => void): void {
  const due = dueAfterCommit.get(db)
  if (!db.isTransaction) work()
  else if (due) due.push(work)
  else dueAfterCommit.set(db, [work])
}

/** PostgreSQL's `unique_violation`, and SQLite's SQLITE_CONSTRAINT_UNIQUE. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number }
  return code === '23505' || errcode === 2067
}

/** Class 40: of two transactions that wait for each other one was taken back whole; again, it will do. */
const UNAVAILABLE =
  /^(08|40|53|57P|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENOSPC|EIO)|Connection terminated|timeout exceeded when trying to connect|connection timeout|not queryable/i
/** SQLite's primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const SQLITE_UNAVAILABLE = new Set([5, 6, 8, 10, 13, 14])

/** Whether an exception says that the database is away, full or busy just now, rather than that we have a bug. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as Error & { code?: string; errcode?: number }
  if (errcode !== undefined) return SQLITE_UNAVAILABLE.has(errcode & 0xff)
  return UNAVAILABLE.test(code ?? '') || UNAVAILABLE.test(error.message)
}
