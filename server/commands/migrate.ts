import { openStorage, type Storage } from '../../storage/database.ts'
import type { Config } from '../config/load.ts'

/** Brings the database to this version's schema. */
export async function migrate(config: Config): Promise<number> {
  let storage: Storage | undefined
  try {
    storage = openStorage(config.storage)
    const ran = await storage.migrate()
    console.log(
      ran.length === 0
        ? 'The database is up to date.'
        : `Done:\n${ran.map((name) => `  ${name}`).join('\n')}`,
    )
    return 0
  } catch (error) {
    console.error(`Nothing was changed: ${(error as Error).message}`)
    return 1
  } finally {
    await storage?.close()
  }
}
