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

  /** Else Kysely would let nobody wait for a turn of ours, and no two transactions could share a commit. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Opens the file with the settings that durability needs: WAL, and an fsync at every commit. */
export function openSqliteFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32768')
  return database
}

/**
 * Whoever wants the connection waits for their turn. Transactions of one turn of the event loop share a commit, and so
 * an fsync, which is most of what a small transaction costs: each is a savepoint of an outer transaction, and is
 * answered when that is on the disk. Statements outside of a transaction share nothing: what waits is committed first.
 */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #line: Line
  /** Transactions that are done and not on the disk yet; there while the outer transaction is open. */
  #group: PromiseWithResolvers<void>[] | undefined
  #due: NodeJS.Immediate | undefined
  /** How many there were a turn of the event loop ago. */
  #seen = 0
  #hasTurn = false

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = new Statements(database)
    this.#line = lineOf(database)
    this.#line.drivers.add(this)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const line = this.#line
    if (line.isTaken) await new Promise<void>((resolve) => line.waiting.push(resolve))
    line.isTaken = true
    this.#hasTurn = true
    return new SqliteTurn((turn, query) => this.#execute(turn, query))
  }

  async releaseConnection(turn: SqliteTurn): Promise<void> {
    this.#endTurn(turn)
  }

  async beginTransaction(turn: SqliteTurn): Promise<void> {
    if (!this.#group) {
      this.#letOthersCommit()
      // Immediate: a transaction that read first and wrote later could otherwise fail half-way
      // when another process wrote in between.
      this.#statements.run('begin immediate')
      this.#group = []
    }
    this.#statements.run('savepoint turn')
    turn.isInTransaction = true
  }

  async commitTransaction(turn: SqliteTurn): Promise<void> {
    this.#statements.run('release turn')
    turn.isInTransaction = false
    const kept = Promise.withResolvers<void>()
    this.#group?.push(kept)
    if ((this.#group?.length ?? 0) >= GROUP_MAX) this.#commitGroup()
    // Before it is on the disk: who comes next may share the commit.
    this.#endTurn(turn)
    await kept.promise
  }

  async rollbackTransaction(turn: SqliteTurn): Promise<void> {
    if (!turn.isInTransaction) return
    turn.isInTransaction = false
    if (this.#database.isTransaction) {
      this.#statements.run('rollback to turn')
      this.#statements.run('release turn')
      return
    }
    // A full disk made SQLite take everything back by itself, those that waited for the commit too.
    const error = Object.assign(new Error('database or disk is full'), {
      code: 'ERR_SQLITE_ERROR',
      errcode: 13,
    })
    for (const { reject } of this.#takeGroup()) reject(error)
  }

  async destroy(): Promise<void> {
    this.#line.drivers.delete(this)
    clearImmediate(this.#due)
    if (this.#group) this.#commitGroup()
    const path = this.#database.isOpen ? this.#database.location() : null
    if (path !== null && this.#line.drivers.size === 0) lines.delete(path)
    if (this.#database.isOpen) this.#database.close()
  }

  async #execute<R>(turn: SqliteTurn, query: CompiledQuery): Promise<QueryResult<R>> {
    if (turn.isOver) throw new Error('The turn of this connection is over.')
    if (!turn.isInTransaction) {
      if (this.#group) this.#commitGroup()
      this.#letOthersCommit()
    }
    if (turn.isInTransaction && !this.#database.isTransaction) {
      throw new Error('SQLite has taken this transaction back.')
    }
    return this.#statements.query<R>(query)
  }

  /** Another connection of this process would be waited for in vain: it cannot commit while we hold the thread. */
  #letOthersCommit(): void {
    const { drivers } = this.#line
    if (drivers.size === 1) return
    for (const other of drivers) if (other !== this) other.#commitDue(true)
  }

  #endTurn(turn: SqliteTurn): void {
    if (turn.isOver) return
    turn.isOver = true
    this.#hasTurn = false
    const next = this.#line.waiting.shift()
    if (next) next()
    else this.#line.isTaken = false
    // Not at once: requests that came in together are read one after the other, and may share the commit.
    if (this.#group) this.#due ??= setImmediate(() => this.#commitDue())
  }

  #commitDue(isUrgent = false): void {
    clearImmediate(this.#due)
    this.#due = undefined
    // Whoever has a turn now ends it, and that makes the commit due again.
    if (!this.#group || this.#hasTurn) return
    // As long as each turn of the event loop brings more, waiting for the next costs less than a commit saves.
    if (isUrgent || this.#group.length === this.#seen) {
      this.#commitGroup()
      return
    }
    this.#seen = this.#group.length
    this.#due = setImmediate(() => this.#commitDue())
  }

  #commitGroup(): void {
    const group = this.#takeGroup()
    try {
      this.#statements.run('commit')
    } catch (error) {
      // A full disk makes SQLite roll back by itself; a second rollback would hide the real error.
      if (this.#database.isTransaction) this.#statements.run('rollback')
      for (const { reject } of group) reject(error)
      return
    }
    for (const { resolve } of group) resolve()
  }

  #takeGroup(): PromiseWithResolvers<void>[] {
    const group = this.#group ?? []
    this.#group = undefined
    this.#seen = 0
    return group
  }
}

/** Those of this process who want one file: a connection that waited for another would hold the thread it needs. */
interface Line {
  waiting: (() => void)[]
  isTaken: boolean
  drivers: Set<SqliteDriver>
}

const lines = new Map<string, Line>()

function lineOf(database: DatabaseSync): Line {
  const path = database.location()
  const line = (path !== null && lines.get(path)) || { waiting: [], isTaken: false, drivers: new Set() }
  if (path !== null) lines.set(path, line)
  return line
}

/** How many share a commit at most, so that the first of them does not wait for ever. */
const GROUP_MAX = 64

/** The connection, for as long as somebody has it. */
class SqliteTurn implements DatabaseConnection {
  isInTransaction = false
  isOver = false
  readonly #execute: <R>(turn: SqliteTurn, query: CompiledQuery) => Promise<QueryResult<R>>

  constructor(execute: <R>(turn: SqliteTurn, query: CompiledQuery) => Promise<QueryResult<R>>) {
    this.#execute = execute
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#execute(this, query)
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming from SQLite is not built; page by index instead.')
  }
}

type Row = Record<string, unknown>
interface Prepared {
  statement: StatementSync
  returnsRows: boolean
  /** Columns that SQLite keeps as numbers and text, and that our types call boolean and JSON. */
  convert: { name: string; from: 'boolean' | 'jsonb' }[]
}

/** Statements stay prepared: the same text is compiled once. */
class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run(sql: string): void {
    this.#prepare(sql).statement.run()
  }

  query<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
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
