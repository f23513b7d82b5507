import { randomInt } from 'node:crypto'
import type { Tx } from '../../../storage/database.ts'
import { replaceRecoveryCodes, spendRecoveryCode } from '../../../storage/totp.ts'
import type { Engine } from '../../engine.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
export const RECOVERY_CODE_LENGTH = 8
const CODES = 10
const PURPOSE = 'recovery_code'

/** Makes ten codes of 41 random bits in place of those before. @returns them, to be shown once. */
export async function renewRecoveryCodes(
  tx: Tx,
  { clock, secrets }: Pick<Engine, 'clock' | 'secrets'>,
  accountId: number,
): Promise<string[]> {
  const codes = new Set<string>()
  while (codes.size < CODES) codes.add(randomCode())
  const codeHashes = [...codes].map((code) => secrets.keyedHash(PURPOSE, code))
  await replaceRecoveryCodes(tx, { accountId, codeHashes, now: clock.now() })
  return [...codes]
}

function randomCode(): string {
  return Array.from({ length: RECOVERY_CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/** @returns false for a code that is none of the account's, or was used. */
export function consumeRecoveryCode(
  tx: Tx,
  { secrets }: Pick<Engine, 'secrets'>,
  { accountId, code }: { accountId: number; code: string },
): Promise<boolean> {
  return spendRecoveryCode(tx, { accountId, codeHash: secrets.keyedHash(PURPOSE, code) })
}
