import { onActionLogged } from '../storage/action-log.ts'
import type { Storage } from '../storage/database.ts'
import type { Files } from '../storage/files/files.ts'
import { ensureRealm } from '../storage/realms.ts'
import { createLogTail, tellOfEntries } from './activity/log-tail.ts'
import type { ProviderSettings } from './authenticators/oauth/provider.ts'
import { createProviders } from './authenticators/oauth/providers.ts'
import { createPasswordHasher, type PasswordHasher } from './authenticators/password/hasher.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Engine } from './engine.ts'
import { type Limits, memoryLimits, noLimits, sharedLimits } from './limits/limits.ts'
import { createOutbox } from './mail/outbox.ts'
import { type FetchPublic, fetchNothing } from './outbound/outbound.ts'
import { createPictureMaker } from './pictures/picture-maker.ts'
import type { Realm, RealmPolicy } from './realm.ts'
import { createSecrets, type Secrets } from './secrets/secrets.ts'
import { createSessionCache } from './sessions/session-cache.ts'
import { createSigningKeys } from './sessions/signing-keys.ts'

export interface EngineOptions {
  storage: Storage
  files: Files
  /** Nothing is fetched without. */
  fetchPublic?: FetchPublic
  secret: string
  publicUrl: string
  rateLimit: boolean
  /** Whether other processes answer for the same installation; limits then count in the database. */
  isShared: boolean
  clock?: Clock
  passwords?: PasswordHasher
  providers?: ProviderSettings[]
  /** For tests: how long a provider may take. */
  providerPatienceMs?: number | undefined
}

/** Puts the parts together. */
export function createEngine(options: EngineOptions): Engine & { secrets: Secrets } {
  const {
    storage,
    files,
    secret,
    publicUrl,
    clock = systemClock,
    passwords = createPasswordHasher(),
  } = options
  const { db, bus } = storage
  const secrets = createSecrets(secret)
  onActionLogged(db, tellOfEntries(bus))
  return {
    db,
    bus,
    clock,
    secrets,
    passwords,
    files,
    pictures: createPictureMaker(),
    fetchPublic: options.fetchPublic ?? fetchNothing,
    limits: chooseLimits(options, clock),
    outbox: createOutbox({ bus, clock, secrets }),
    keys: createSigningKeys({ db, bus, clock, secrets }),
    sessions: createSessionCache({ bus, clock }),
    logTail: createLogTail({ db, bus }),
    providers: createProviders(options.providers ?? [], { clock, patienceMs: options.providerPatienceMs }),
    publicUrl,
  }
}

/** Finds, or makes, the realm's row. */
export async function openRealm(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { name, policy }: { name: string; policy: RealmPolicy },
): Promise<Realm> {
  return { id: await ensureRealm(db, { name, now: clock.now() }), name, policy }
}

function chooseLimits({ storage, rateLimit, isShared }: EngineOptions, clock: Clock): Limits {
  if (!rateLimit) return noLimits(clock)
  return isShared ? sharedLimits(storage.db, clock) : memoryLimits(clock)
}
