import type { Storage } from '../storage/database.ts'
import type { Files } from '../storage/files/files.ts'
import type { LogTail } from './activity/log-tail.ts'
import type { IdentityProviders } from './authenticators/oauth/providers.ts'
import type { PasswordHasher } from './authenticators/password/hasher.ts'
import type { Clock } from './clock.ts'
import type { Limits } from './limits/limits.ts'
import type { Outbox } from './mail/outbox.ts'
import type { FetchPublic } from './outbound/outbound.ts'
import type { PictureMaker } from './pictures/picture-maker.ts'
import type { Secrets } from './secrets/secrets.ts'
import type { SessionCache } from './sessions/session-cache.ts'
import type { SigningKeys } from './sessions/signing-keys.ts'

/** The parts that use-cases take. Each use-case names those it needs: `Pick<Engine, 'db' | 'clock'>`. */
export interface Engine {
  db: Storage['db']
  bus: Storage['bus']
  clock: Clock
  secrets: Secrets
  passwords: PasswordHasher
  files: Files
  pictures: PictureMaker
  fetchPublic: FetchPublic
  limits: Limits
  outbox: Outbox
  keys: SigningKeys
  sessions: SessionCache
  /** The action log as it grows. */
  logTail: LogTail
  /** Those by which people may sign in from elsewhere. */
  providers: IdentityProviders
  /** The origin that links are built on; never taken from a request. */
  publicUrl: string
}
