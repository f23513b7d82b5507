import type { Account } from '../../storage/accounts.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { isUsernameAvailable } from './profiles.ts'
import { isUsernameAllowed, usernameKey } from './username.ts'

export const usernameJudgements = ['mine', 'free', 'taken', 'not_valid'] as const
export type UsernameJudgement = (typeof usernameJudgements)[number]

/** What would come of it if somebody asked to be called so now. Only asking tells for sure: another may be quicker. */
export async function judgeUsername(
  { db }: Pick<Engine, 'db'>,
  { realm, account, username }: { realm: Realm; account: Account; username: string },
): Promise<UsernameJudgement> {
  if (!isUsernameAllowed(realm.policy, username)) return 'not_valid'
  if (account.username !== null && usernameKey(account.username) === usernameKey(username)) return 'mine'
  return (await isUsernameAvailable({ db }, { realm, username })) ? 'free' : 'taken'
}
