import type { CompiledQuery } from 'kysely'
import type { Db } from './database.ts'

/** Stands in a query for a value that is known when it runs. */
class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is built once for each kind of database, and run with other values each time: building one costs as
 * much as running it. `build` gets a stand-in for each value, and must not look at it.
 *
 * @returns the rows.
 */
export function prepared<Values extends object, Row>(
  build: (db: Db, values: Values) => { compile(): CompiledQuery<Row> },
): (db: Db, values: Values) => Promise<Row[]> {
  const byDatabase = new Map<unknown, CompiledQuery<Row>>()
  return async (db, values) => {
    const executor = db.getExecutor()
    // A plugin wants to see each query as it is built: the tests count statements by one.
    if (executor.plugins.length > 0) return (await db.executeQuery(build(db, values).compile())).rows
    const kind = executor.adapter.constructor
    let query = byDatabase.get(kind)
    if (!query) {
      const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) }) as Values
      query = build(db, slots).compile()
      byDatabase.set(kind, query)
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    )
    const { rows } = await db.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}
