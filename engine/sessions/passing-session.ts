import type { Account } from '../../storage/accounts.ts'
import type { SignedIn } from './session-cache.ts'

/**
 * For one request of somebody who brought another proof than a session: nothing of it is kept. No row has its id,
 * so whoever asks for other sessions to end means all of them.
 */
export function passingSession(
  account: Account,
  { app, method, now }: { app: string; method: string; now: number },
): SignedIn {
  const session = {
    id: 'none',
    realmId: account.realmId,
    accountId: account.id,
    app,
    method,
    userAgent: null,
    address: null,
    isPersistent: false,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now,
  }
  return { session, account }
}
