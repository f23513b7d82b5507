import { LRUCache } from 'lru-cache'
import type { Account } from '../../storage/accounts.ts'
import type { Bus } from '../../storage/bus.ts'
import type { Session } from '../../storage/sessions.ts'
import type { Clock } from '../clock.ts'

export interface SignedIn {
  session: Session
  account: Account
}

interface Entry extends SignedIn {
  realmId: number
  app: string
  checkedAt: number
  endsAt: number
}

/** Tokens that one process remembers; a look at the database brings any other back. */
const TOKENS_MAX = 20_000
/** How many changes are remembered, so that a look that began before one cannot bring the old state back. */
const CHANGES_MAX = 10_000
/** After so long the database is asked again: the bound for a message that got lost. */
const RECHECK_MS = 5_000

/**
 * Remembers which token is whose session, for a few seconds. What ends or changes one drops it at once, here
 * by message, in other processes by the bus.
 */
export interface SessionCache {
  find(key: TokenKey): SignedIn | undefined
  /** `now` is when the look at the database began, `endsAt` when token or session ends, the earlier one. */
  keep(key: TokenKey & { endsAt: number }, signedIn: SignedIn): void
  /** The time of each session's last use, since the last call. */
  takeUses(): Map<string, number>
}

export interface TokenKey {
  /** The token's digest: the token itself is not kept in memory. */
  digest: string
  realmId: number
  app: string
  now: number
}

export function createSessionCache({ bus, clock }: { bus: Bus; clock: Clock }): SessionCache {
  const entries = new LRUCache<string, Entry>({
    max: TOKENS_MAX,
    dispose: (entry, digest) => {
      forget(byAccount, entry.account.id, digest)
      forget(bySession, entry.session.id, digest)
    },
  })
  const byAccount = new Map<number, Set<string>>()
  const bySession = new Map<string, Set<string>>()
  let uses = new Map<string, number>()

  const changedAt = new LRUCache<string | number, number>({ max: CHANGES_MAX })

  bus.subscribe((message) => {
    if (message.kind === 'account_changed') {
      changedAt.set(message.accountId, clock.now())
      drop(byAccount.get(message.accountId))
    } else if (message.kind === 'session_ended') {
      changedAt.set(message.sessionId, clock.now())
      drop(bySession.get(message.sessionId))
    }
  })
  const drop = (digests: Set<string> | undefined): void => {
    for (const digest of [...(digests ?? [])]) entries.delete(digest)
  }

  return {
    find({ digest, realmId, app, now }) {
      const entry = entries.get(digest)
      if (!entry || entry.realmId !== realmId || entry.app !== app) return undefined
      if (now - entry.checkedAt >= RECHECK_MS || now >= entry.endsAt) {
        entries.delete(digest)
        return undefined
      }
      uses.set(entry.session.id, now)
      return entry
    },
    keep({ digest, realmId, app, now, endsAt }, { session, account }) {
      const changed = Math.max(changedAt.get(account.id) ?? 0, changedAt.get(session.id) ?? 0)
      if (changed >= now) return
      entries.set(digest, { session, account, realmId, app, checkedAt: now, endsAt })
      remember(byAccount, account.id, digest)
      remember(bySession, session.id, digest)
      uses.set(session.id, now)
    },
    takeUses() {
      const taken = uses
      uses = new Map()
      return taken
    },
  }
}

function remember<K>(index: Map<K, Set<string>>, key: K, digest: string): void {
  const digests = index.get(key)
  if (digests) digests.add(digest)
  else index.set(key, new Set([digest]))
}

function forget<K>(index: Map<K, Set<string>>, key: K, digest: string): void {
  const digests = index.get(key)
  digests?.delete(digest)
  if (digests?.size === 0) index.delete(key)
}
