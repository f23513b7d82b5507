import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** Statements kept prepared; the least recently used one goes when there are more. */
const STATEMENTS_MAX = 500
/** How long a statement waits for another process's write to finish. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * SQLite by Node's own driver, for Kysely. One connection: the driver is synchronous, so a transaction
 * that awaits nothing but its own statements never keeps anybody waiting for longer than it runs.
 */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new SqliteDriver(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Kysely leaves it open, and SQLite can: a migration that fails, or is killed half-way, leaves nothing behind. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Opens the file with the settings that durability needs: WAL, and an fsync at every commit. */
export function openSqliteFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32768')
  return database
}

class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection
  #turn: Promise<void> = Promise.resolve()
  #endTurn: () => void = () => undefined

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    await before
    this.#endTurn = resolve
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#endTurn()
  }

  async beginTransaction(): Promise<void> {
    // Immediate: a transaction that read first and wrote later could otherwise fail half-way
    // when another process wrote in between.
    this.#database.exec('begin immediate')
  }

  async commitTransaction(): Promise<void> {
    this.#database.exec('commit')
  }

  async rollbackTransaction(): Promise<void> {
    // A full disk makes SQLite roll back by itself; a second rollback would hide the real error.
    if (this.#database.isTransaction) this.#database.exec('rollback')
  }

  async destroy(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }
}

type Row = Record<string, unknown>
interface Prepared {
  statement: StatementSync
  returnsRows: boolean
  /** Columns that SQLite keeps as numbers and text, and that our types call boolean and JSON. */
  convert: { name: string; from: 'boolean' | 'jsonb' }[]
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, returnsRows, convert } = this.#prepare(sql)
    const values = parameters.map(toSqlite)
    if (returnsRows) {
      const rows = statement.all(...values) as Row[]
      if (convert.length > 0) for (const row of rows) convertRow(row, convert)
      return { rows: rows as R[] }
    }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming from SQLite is not built; page by index instead.')
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) {
      this.#prepared.delete(sql)
      this.#prepared.set(sql, known)
      return known
    }
    const statement = this.#database.prepare(sql)
    const columns = statement.columns()
    const convert: Prepared['convert'] = []
    for (const { name, type } of columns) {
      if (type === 'boolean' || type === 'jsonb') convert.push({ name, from: type })
    }
    const prepared = { statement, returnsRows: columns.length > 0, convert }
    this.#prepared.set(sql, prepared)
    if (this.#prepared.size > STATEMENTS_MAX) {
      const oldest = this.#prepared.keys().next().value
      if (oldest !== undefined) this.#prepared.delete(oldest)
    }
    return prepared
  }
}

function toSqlite(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) throw new TypeError('undefined cannot be stored; write null.')
  return value as SQLInputValue
}

function convertRow(row: Row, convert: Prepared['convert']): void {
  for (const { name, from } of convert) {
    const value = row[name]
    if (value === null || value === undefined) continue
    row[name] = from === 'boolean' ? value !== 0 : JSON.parse(value as string)
  }
}
