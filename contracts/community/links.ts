import type { LinkTo } from '../../engine/accounts/write-confirmation.ts'
import type { AppFacts } from '../contract.ts'

/** Where a mail leads: the app's own front end, as documented; without one, our pages. */
export function linkTo({ frontendUrl }: AppFacts, path: string): LinkTo {
  return frontendUrl === undefined ? undefined : (token) => `${frontendUrl}${path}?token=${token}`
}
