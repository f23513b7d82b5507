import { lockAccount } from '../../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../../storage/database.ts'
import { type OneTimeSecret, spendById } from '../../../storage/one-time-secrets.ts'
import { countRecoveryCodes, findTotp, takeTotpStep } from '../../../storage/totp.ts'
import { recordAction } from '../../activity/record.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { guardGuess } from '../../limits/guard-guesses.ts'
import type { TooManyRequests } from '../../limits/limits.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { type FirstStep, type GateFailure, openSession } from '../../sessions/gate.ts'
import { issueRefreshToken } from '../../sessions/refresh-token.ts'
import { type NewSignIn, withToken } from '../../sessions/sign-in.ts'
import { lookAtLink, tryLink } from '../one-time-secret.ts'
import { findTotpStep, TOTP_LENGTH } from './algorithm.ts'
import { unseal } from './manage.ts'
import { consumeRecoveryCode, RECOVERY_CODE_LENGTH } from './recovery-code.ts'

/** In order of precedence. */
export type CompleteSecondStepFailure =
  /** Unknown, of another app, expired, used, or tried too often: the first step has to be made again. */
  | { code: 'second_step_over' }
  | TooManyRequests
  /** Switched off since the first step. */
  | { code: 'totp_off' }
  /** It looks like a recovery code, and there are none left. */
  | { code: 'recovery_codes_used_up' }
  /** Wrong, or used before. */
  | { code: 'code_wrong' }
  | GateFailure

/** Failures that a guess at a code has. */
const GUESSES = new Set<string>(['code_wrong', 'recovery_codes_used_up'])

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'keys' | 'publicUrl'>

/**
 * Completes a sign-in whose first step the gate has let through: by a code of the authenticator app, of which each
 * time step opens one sign-in, or by a recovery code. Five wrong codes end the attempt, and they count as guesses at
 * the account like wrong passwords.
 */
export async function completeSecondStep(
  engine: Parts,
  { realm, client, token, code }: { realm: Realm; client: Client; token: string; code: string },
): Promise<Result<NewSignIn & { refreshToken: string | null }, CompleteSecondStepFailure>> {
  const { db } = engine
  const by = { realm, purpose: 'second_step', token } as const
  const begun = await lookAtLink(db, engine, by)
  if (!begun?.accountId || begun.payload.app !== client.app) return decline({ code: 'second_step_over' })
  const accountId = begun.accountId
  const guard = await guardGuess(engine, { realm, client, target: { accountId } })
  if (guard.refusal) return decline(guard.refusal)
  const opened = await inTransaction(db, async (tx) => {
    await lockAccount(tx, accountId)
    // Counted before it is looked at: of any number of guesses at once, five are looked at.
    const secret = await tryLink(tx, engine, by)
    if (!secret) return decline({ code: 'second_step_over' } as const)
    return enter(tx, engine, { realm, client, accountId, secret, code })
  })
  const isGuess = !opened.ok && GUESSES.has(opened.failure.code)
  if (!isGuess) await guard.forgive()
  if (!opened.ok) return opened
  const { refreshToken } = opened.value
  return succeed({ ...(await withToken(engine, { realm, client }, opened.value)), refreshToken })
}

async function enter(
  tx: Tx,
  engine: Parts,
  {
    realm,
    client,
    accountId,
    secret,
    code,
  }: { realm: Realm; client: Client; accountId: number; secret: OneTimeSecret; code: string },
) {
  const { method, isPersistent, lifetimeSeconds, wantsRefreshToken } = secret.payload as unknown as FirstStep
  const wrong = await findWrong(tx, engine, { accountId, code })
  if (wrong) {
    const detail = { method: 'totp' }
    await recordAction(tx, engine, { realm, client, action: 'sign_in.failed', accountId, detail })
    return decline(wrong)
  }
  await spendById(tx, { id: secret.id, now: engine.clock.now() })
  const way = { realm, accountId, method, client, isPersistent, lifetimeSeconds, isSecondStepDone: true }
  const entered = await openSession(tx, engine, way)
  if (!entered.ok) return entered
  const { session } = entered.value
  const refreshToken = wantsRefreshToken ? await issueRefreshToken(tx, engine, { realm, session }) : null
  return succeed({ ...entered.value, refreshToken })
}

/** @returns nothing for a right code, which is spent. */
async function findWrong(
  tx: Tx,
  engine: Pick<Engine, 'clock' | 'secrets'>,
  { accountId, code }: { accountId: number; code: string },
): Promise<{ code: 'totp_off' } | { code: 'recovery_codes_used_up' } | { code: 'code_wrong' } | undefined> {
  const totp = await findTotp(tx, accountId)
  if (!totp || totp.enabledAt === null) return { code: 'totp_off' }
  const wrong = { code: 'code_wrong' } as const
  if (code.length === RECOVERY_CODE_LENGTH) {
    if (await consumeRecoveryCode(tx, engine, { accountId, code })) return undefined
    return (await countRecoveryCodes(tx, accountId)) === 0 ? { code: 'recovery_codes_used_up' } : wrong
  }
  if (code.length !== TOTP_LENGTH) return wrong
  const step = findTotpStep(unseal(engine, totp.secretSealed), code, engine.clock.now())
  return step !== undefined && (await takeTotpStep(tx, { accountId, step })) ? undefined : wrong
}
