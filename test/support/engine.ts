/** The engine without HTTP, on the database that TEST_DATABASE names, for what is promised below the contracts. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import type { ProviderSettings } from '../../engine/authenticators/oauth/provider.ts'
import type { PasswordHasher } from '../../engine/authenticators/password/hasher.ts'
import type { Client } from '../../engine/client.ts'
import { createEngine, openRealm } from '../../engine/create-engine.ts'
import type { Engine } from '../../engine/engine.ts'
import { defaultPolicy, type Realm, type RealmPolicy } from '../../engine/realm.ts'
import type { Secrets } from '../../engine/secrets/secrets.ts'
import { openStorage, type Storage, type StorageLocation } from '../../storage/database.ts'
import { type Files, openFiles } from '../../storage/files/files.ts'
import { newFolder } from './folder.ts'
import { createTestClock, ownDatabase, type TestClock } from './latchkey.ts'
import { copySqliteTemplate, postgresTemplate } from './templates.ts'

export const TEST_SECRET = 'a secret for tests alone, long enough for the rule'

export interface TestStorage {
  location: StorageLocation
  storage: Storage
  files: Files
  /** Another connection to the same data, as a second process has it; closed with the first. */
  openAnother(): Storage
  close(): Promise<void>
}

/** An empty database of its own; migrated, unless `isEmpty`. */
export async function openTestStorage({ isEmpty = false } = {}): Promise<TestStorage> {
  const folder = await newFolder('storage')
  const database = await ownDatabase(isEmpty ? {} : postgresTemplate())
  const location: StorageLocation = database
    ? { kind: 'postgres', url: database.url }
    : { kind: 'sqlite', path: join(folder, 'latchkey.sqlite') }
  if (location.kind === 'sqlite' && !isEmpty) await copySqliteTemplate(location.path)
  const opened: Storage[] = []
  const openAnother = (): Storage => {
    const storage = openStorage(location)
    opened.push(storage)
    return storage
  }
  const storage = openAnother()
  if (!isEmpty) await storage.migrate()
  return {
    location,
    storage,
    files: openFiles({ kind: 'disk', folder: join(folder, 'files') }),
    openAnother,
    async close() {
      for (const one of opened) await one.close()
      await database?.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface TestEngine {
  engine: Engine & { secrets: Secrets }
  clock: TestClock
  realm: Realm
  storage: Storage
  /** Statements that changed a table, by table, and passwords that were compared or made, since the last call. */
  takeWork(): { writes: Record<string, number>; hashes: number }
  /** A second engine on the same data: another process. */
  another(): Engine & { secrets: Secrets }
  close(): Promise<void>
}

/** `passwords` are not really hashed: a hash is the password with a prefix, and each one is counted. */
export async function startEngine({
  policy = {},
  isRateLimited = false,
  providers,
}: {
  policy?: Partial<RealmPolicy>
  isRateLimited?: boolean
  providers?: ProviderSettings[]
} = {}): Promise<TestEngine> {
  const opened = await openTestStorage()
  const clock = createTestClock()
  let writes: Record<string, number> = {}
  let hashes = 0
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      const table = JSON.stringify(node).match(/"identifier":\{"kind":"IdentifierNode","name":"(\w+)"\}/)?.[1]
      if (/^(Insert|Update|Delete)QueryNode$/.test(node.kind)) {
        const key = `${node.kind.replace('QueryNode', '').toLowerCase()} ${table}`
        writes[key] = (writes[key] ?? 0) + 1
      }
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const passwords: PasswordHasher = {
    async hash(password) {
      hashes++
      return `plain ${password}`
    },
    async verify(password, phc) {
      hashes++
      return phc === `plain ${password}`
    },
    waiting: 0,
  }
  const create = (storage: Storage) =>
    createEngine({
      storage: { ...storage, db: storage.db.withPlugin(counting) },
      files: opened.files,
      secret: TEST_SECRET,
      publicUrl: 'https://id.example.org',
      rateLimit: isRateLimited,
      isShared: storage.kind === 'postgres',
      clock,
      passwords,
      providers,
    })
  const engine = create(opened.storage)
  const realm = await openRealm(engine, { name: 'main', policy: { ...defaultPolicy, ...policy } })
  return {
    engine,
    clock,
    realm,
    storage: opened.storage,
    takeWork() {
      const taken = { writes, hashes }
      writes = {}
      hashes = 0
      return taken
    },
    another: () => create(opened.openAnother()),
    close: opened.close,
  }
}

export function testClient(changes: Partial<Client> = {}): Client {
  return {
    app: 'latchkey',
    address: '192.0.2.1',
    addressBlock: '192.0.2.1',
    userAgent: 'a test',
    requestId: 'test',
    deviceHash: null,
    isLocal: true,
    ...changes,
  }
}

/** Looks every 20 ms until it is so. @throws after `secondsMax` what it was instead. */
export async function until<T>(
  look: () => T | Promise<T>,
  isSo: (value: T) => boolean = Boolean,
  secondsMax = 20,
): Promise<T> {
  const end = performance.now() + secondsMax * 1_000
  for (;;) {
    const value = await look()
    if (isSo(value)) return value
    if (performance.now() > end) {
      throw new Error(`It did not come to be within ${secondsMax} s; it is ${JSON.stringify(value)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
