import { lockAccount } from '../../../storage/accounts.ts'
import { inTransaction } from '../../../storage/database.ts'
import {
  countRecoveryCodes,
  deleteTotp,
  findTotp,
  markTotpEnabled,
  putPendingTotp,
} from '../../../storage/totp.ts'
import { recordAction } from '../../activity/record.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { guardGuess } from '../../limits/guard-guesses.ts'
import type { TooManyRequests } from '../../limits/limits.ts'
import { askRecoveryLink } from '../../links.ts'
import { chooseLanguage } from '../../mail/texts/language.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import type { SignedIn } from '../../sessions/session-cache.ts'
import { findTotpStep, newTotpSecret, otpauthUri, TOTP_LENGTH } from './algorithm.ts'
import { toBase32 } from './base32.ts'
import { consumeRecoveryCode, RECOVERY_CODE_LENGTH, renewRecoveryCodes } from './recovery-code.ts'

const SEAL = 'totp'

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'outbox' | 'bus' | 'publicUrl'>

interface Asked {
  realm: Realm
  client: Client
  signedIn: SignedIn
}

/** What an authenticator app has to know. */
export interface TotpSetup {
  /** Base32, for typing. */
  secret: string
  /** `otpauth://…`, for a QR code. */
  uri: string
}

/** In order of precedence. */
export type SetUpTotpFailure = { code: 'method_off' } | { code: 'totp_on' }

/** Begins the set-up of a second factor, in place of one that was begun before. Nothing changes until a code proves it. */
export async function setUpTotp(
  { db, clock, secrets }: Pick<Engine, 'db' | 'clock' | 'secrets'>,
  { realm, signedIn: { account } }: Pick<Asked, 'realm' | 'signedIn'>,
): Promise<Result<TotpSetup, SetUpTotpFailure>> {
  if (!realm.policy.secondFactor) return decline({ code: 'method_off' })
  const secret = newTotpSecret()
  const secretSealed = secrets.seal(SEAL, secret.toString('base64'))
  const isPending = await putPendingTotp(db, { accountId: account.id, secretSealed, now: clock.now() })
  if (!isPending) return decline({ code: 'totp_on' })
  const label = account.email ?? account.username ?? account.uid
  return succeed({ secret: toBase32(secret), uri: otpauthUri({ secret, issuer: realm.policy.title, label }) })
}

/** In order of precedence. */
export type EnableTotpFailure =
  | TooManyRequests
  /** Set-up was not begun. */
  | { code: 'totp_off' }
  | { code: 'totp_on' }
  | { code: 'code_wrong' }

/** Switches the second factor on, by a first code. @returns ten codes for the day the phone is lost. */
export async function enableTotp(
  engine: Parts,
  { realm, client, signedIn: { account }, code }: Asked & { code: string },
): Promise<Result<{ recoveryCodes: string[] }, EnableTotpFailure>> {
  const { db, clock, secrets, bus, outbox } = engine
  const accountId = account.id
  const guard = await guardGuess(engine, { realm, client, target: { accountId } })
  if (guard.refusal) return decline(guard.refusal)
  const enabled = await inTransaction(
    db,
    async (tx): Promise<Result<{ recoveryCodes: string[] }, EnableTotpFailure>> => {
      await lockAccount(tx, accountId)
      const totp = await findTotp(tx, accountId)
      if (!totp) return decline({ code: 'totp_off' })
      if (totp.enabledAt !== null) return decline({ code: 'totp_on' })
      const secret = unseal(engine, totp.secretSealed)
      if (findTotpStep(secret, code, clock.now()) === undefined) return decline({ code: 'code_wrong' })
      await markTotpEnabled(tx, { accountId, now: clock.now() })
      const recoveryCodes = await renewRecoveryCodes(tx, { clock, secrets }, accountId)
      await recordAction(tx, engine, { realm, client, action: 'totp.enabled', accountId })
      await tell(tx, engine, { realm, account, isOn: true })
      return succeed({ recoveryCodes })
    },
  )
  if (enabled.ok || enabled.failure.code !== 'code_wrong') await guard.forgive()
  if (!enabled.ok) return enabled
  bus.publish({ kind: 'account_changed', accountId })
  outbox.wake()
  return enabled
}

/** In order of precedence. */
export type ChangeTotpFailure = TooManyRequests | { code: 'totp_off' } | { code: 'code_wrong' }

/** Switches the second factor off, by a code of the app or a recovery code, which is spent. */
export async function disableTotp(
  engine: Parts,
  { realm, client, signedIn: { account }, code }: Asked & { code: string },
): Promise<Result<null, ChangeTotpFailure>> {
  const accountId = account.id
  const done = await withCode(
    engine,
    { realm, client, accountId, code, takesRecoveryCode: true },
    async (tx) => {
      await deleteTotp(tx, accountId)
      await recordAction(tx, engine, { realm, client, action: 'totp.disabled', accountId })
      await tell(tx, engine, { realm, account, isOn: false })
      return null
    },
  )
  if (done.ok) {
    engine.bus.publish({ kind: 'account_changed', accountId })
    engine.outbox.wake()
  }
  return done
}

/** Makes ten new recovery codes, by a code of the app; those before are worth nothing. */
export function regenerateRecoveryCodes(
  engine: Parts,
  { realm, client, signedIn: { account }, code }: Asked & { code: string },
): Promise<Result<{ recoveryCodes: string[] }, ChangeTotpFailure>> {
  const accountId = account.id
  return withCode(engine, { realm, client, accountId, code, takesRecoveryCode: false }, async (tx) => {
    const recoveryCodes = await renewRecoveryCodes(tx, engine, accountId)
    await recordAction(tx, engine, { realm, client, action: 'recovery_codes.renewed', accountId })
    return { recoveryCodes }
  })
}

export interface TotpStatus {
  enabledAt: number | null
  recoveryCodesLeft: number
}

/** A set-up that was begun and not proved reads as off. */
export async function readTotpStatus({ db }: Pick<Engine, 'db'>, accountId: number): Promise<TotpStatus> {
  const enabledAt = (await findTotp(db, accountId))?.enabledAt ?? null
  return { enabledAt, recoveryCodesLeft: enabledAt === null ? 0 : await countRecoveryCodes(db, accountId) }
}

type Tx = Parameters<typeof consumeRecoveryCode>[0]

/** Does something that a code permits, all or nothing. A time step is not spent: only a sign-in does that. */
async function withCode<T>(
  engine: Parts,
  {
    realm,
    client,
    accountId,
    code,
    takesRecoveryCode,
  }: { realm: Realm; client: Client; accountId: number; code: string; takesRecoveryCode: boolean },
  act: (tx: Tx) => Promise<T>,
): Promise<Result<T, ChangeTotpFailure>> {
  const { db, clock } = engine
  const guard = await guardGuess(engine, { realm, client, target: { accountId } })
  if (guard.refusal) return decline(guard.refusal)
  const done = await inTransaction(db, async (tx): Promise<Result<T, ChangeTotpFailure>> => {
    await lockAccount(tx, accountId)
    const totp = await findTotp(tx, accountId)
    if (!totp || totp.enabledAt === null) return decline({ code: 'totp_off' })
    const isRight =
      code.length === TOTP_LENGTH
        ? findTotpStep(unseal(engine, totp.secretSealed), code, clock.now()) !== undefined
        : takesRecoveryCode &&
          code.length === RECOVERY_CODE_LENGTH &&
          (await consumeRecoveryCode(tx, engine, { accountId, code }))
    return isRight ? succeed(await act(tx)) : decline({ code: 'code_wrong' })
  })
  if (done.ok || done.failure.code !== 'code_wrong') await guard.forgive()
  return done
}

/** The secret of an authenticator, as it was sealed. */
export function unseal({ secrets }: Pick<Engine, 'secrets'>, sealed: Uint8Array): Buffer {
  return Buffer.from(secrets.unseal(SEAL, sealed), 'base64')
}

async function tell(
  tx: Tx,
  { outbox, publicUrl }: Pick<Engine, 'outbox' | 'publicUrl'>,
  { realm, account, isOn }: { realm: Realm; account: SignedIn['account']; isOn: boolean },
): Promise<void> {
  if (account.email === null) return
  await outbox.write(tx, {
    realm,
    accountId: account.id,
    to: account.email,
    kind: isOn ? 'totp_enabled' : 'totp_disabled',
    language: chooseLanguage(account.language, realm.policy.language),
    facts: { place: realm.policy.title, recoveryLink: askRecoveryLink(publicUrl, realm) },
  })
}
