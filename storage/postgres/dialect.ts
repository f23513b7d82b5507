import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import pg from 'pg'

/** A statement gets a name, and so stays prepared on its connection, while there are not more than this. */
const STATEMENTS_MAX = 500
const INT8_OID = 20
const CONNECT_TIMEOUT_MS = 5_000
/** No statement of ours should come near; one that does is cut off rather than left to pile up. */
const STATEMENT_TIMEOUT_MS = 30_000

/** A pool whose 64-bit integers are numbers: ids and milliseconds stay far below 2^53. */
export function openPostgresPool(url: string, connectionsMax: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  // An idle connection that breaks is replaced by the pool at the next query; it must not end the process.
  pool.on('error', () => undefined)
  return pool
}

/** PostgreSQL for Kysely, with every statement prepared once per connection. */
export function postgresDialect(pool: pg.Pool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly client: pg.PoolClient
  readonly #names: Map<string, string>
  broken: Error | undefined

  constructor(client: pg.PoolClient, names: Map<string, string>) {
    this.client = client
    this.#names = names
    // Without a listener, a connection that breaks between two statements would end the process.
    client.on('error', this.onError)
  }

  onError = (error: Error): void => {
    this.broken = error
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.client.query({
      name: this.#nameOf(sql),
      text: sql,
      values: parameters as unknown[],
    })
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming from PostgreSQL is not built; page by index instead.')
  }

  #nameOf(sql: string): string | undefined {
    const known = this.#names.get(sql)
    if (known || this.#names.size >= STATEMENTS_MAX) return known
    const name = `s${this.#names.size}`
    this.#names.set(sql, name)
    return name
  }
}

class PostgresDriver implements Driver {
  readonly #pool: pg.Pool
  readonly #names = new Map<string, string>()

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PostgresConnection(await this.#pool.connect(), this.#names)
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { client, onError, broken } = connection as PostgresConnection
    client.off('error', onError)
    client.release(broken)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).client.query('begin')
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).client.query('commit')
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const { client } = connection as PostgresConnection
    try {
      await client.query('rollback')
    } catch (error) {
      // A connection that cannot roll back is thrown away, and its transaction with it.
      ;(connection as PostgresConnection).broken = error as Error
    }
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}
