import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { digest } from '../secrets/secrets.ts'
import { type TooManyRequests, tooManyRequests } from './limits.ts'
import { failuresPerAccount, failuresPerClient } from './rules.ts'

export interface GuessGuard {
  /** Set when no further guess may be made now. */
  refusal: TooManyRequests | undefined
  /** The guess was right, or was none: it does not count. */
  forgive(): Promise<void>
}

/**
 * Counts a guess at somebody's secret against its account and against the caller before it is looked at. The
 * account counts under its own id, however it was called; a name that nobody has counts like an account.
 */
export async function guardGuess(
  { limits, clock }: Pick<Engine, 'limits' | 'clock'>,
  {
    realm,
    client,
    target,
  }: { realm: Realm; client: Client; target: { accountId: number } | { name: string } },
): Promise<GuessGuard> {
  // A name by its digest: somebody may have typed anything there, of any length, a password even.
  const targetKey = 'accountId' in target ? target.accountId : digest(target.name).toString('base64url')
  const accountKey = `${realm.id} ${targetKey}`
  const clientKey = `${realm.id} ${client.addressBlock}`
  const forgive = async (): Promise<void> => {
    await limits.giveBack(failuresPerAccount, accountKey)
    await limits.giveBack(failuresPerClient, clientKey)
  }
  const byClient = await limits.take(failuresPerClient, clientKey)
  const byAccount = await limits.take(failuresPerAccount, accountKey)
  const reached = [byClient, byAccount].find(({ isAllowed }) => !isAllowed)
  return { refusal: reached && tooManyRequests(reached, clock), forgive }
}
