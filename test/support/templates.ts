/** Migrated databases, made once for a whole run and copied for each test: a copy costs less than the migrations. */
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openStorage, type StorageLocation } from '../../storage/database.ts'
import { newFolder } from './folder.ts'
import { prepareTemplate } from './postgres.ts'

const POSTGRES_TEMPLATE = 'latchkey_template'

export interface Templates {
  /** For the test processes' environment. */
  env: Record<string, string>
  remove(): Promise<void>
}

/** @param postgresUrl of a cluster, when tests run on PostgreSQL. */
export async function prepareTemplates(postgresUrl: string | undefined): Promise<Templates> {
  const folder = await newFolder('template')
  const path = join(folder, 'latchkey.sqlite')
  await migrate({ kind: 'sqlite', path })
  if (postgresUrl !== undefined) {
    await prepareTemplate(postgresUrl, POSTGRES_TEMPLATE, (url) => migrate({ kind: 'postgres', url }))
  }
  return {
    env: {
      TEST_SQLITE_TEMPLATE: path,
      ...(postgresUrl !== undefined && { TEST_POSTGRES_TEMPLATE: POSTGRES_TEMPLATE }),
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The database to copy, when the run has one. */
export function postgresTemplate(): { template?: string } {
  const template = process.env.TEST_POSTGRES_TEMPLATE
  return template === undefined ? {} : { template }
}

/** Puts a migrated file at `path`, when the run has one; else whoever opens the path migrates it. */
export async function copySqliteTemplate(path: string): Promise<void> {
  const template = process.env.TEST_SQLITE_TEMPLATE
  if (template === undefined) return
  await mkdir(dirname(path), { recursive: true })
  await copyFile(template, path)
}

async function migrate(location: StorageLocation): Promise<void> {
  const storage = openStorage(location)
  await storage.migrate()
  await storage.close()
}
