import type { Account } from '../../storage/accounts.ts'
import type { Session } from '../../storage/sessions.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { signSessionToken } from './session-token.ts'

/** Somebody who just came in: who, the session, and the token that names it. */
export interface NewSignIn {
  account: Account
  session: Session
  token: string
}

/** Signs the token of a session that the gate opened; after the commit, so that no token names nothing. */
export async function withToken(
  engine: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  { realm, client }: { realm: Realm; client: Client },
  { account, session }: { account: Account; session: Session },
): Promise<NewSignIn> {
  const claims = client.claimsOf?.(account)
  const token = await signSessionToken(engine, { realm, session, accountUid: account.uid, claims })
  return { account, session, token }
}
