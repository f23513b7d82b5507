import type { PasswordPolicy } from '../../realm.ts'
import { estimateStrength } from './strength.ts'

export type NewPasswordFailure =
  | { code: 'password_too_short'; lengthMin: number }
  | { code: 'password_too_long'; lengthMax: number }
  | { code: 'password_common' }

/**
 * Judges a password that somebody wants to have: by length and blocklist alone, since the standard forbids
 * composition rules (NIST SP 800-63B-4 §3.1.1.2).
 *
 * @param hints what an attacker would know of the person: name, address. They count as guessable.
 */
export async function checkNewPassword(
  policy: PasswordPolicy,
  password: string,
  hints: string[] = [],
): Promise<NewPasswordFailure | undefined> {
  // Counted in code points, as the standard asks; .length would count most emoji twice.
  const length = [...password].length
  if (length < policy.lengthMin) return { code: 'password_too_short', lengthMin: policy.lengthMin }
  if (length > policy.lengthMax) return { code: 'password_too_long', lengthMax: policy.lengthMax }
  if (!policy.refuseCommon) return undefined
  const { score } = await estimateStrength(password, hints)
  return score < COMMON_SCORE_MAX ? { code: 'password_common' } : undefined
}

/** Fewer than about a million guesses find it: a list of stolen passwords, or a pattern. */
const COMMON_SCORE_MAX = 2
