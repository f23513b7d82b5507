import { type Account, lockAccount, updateAccount } from '../../storage/accounts.ts'
import { deleteAuthenticators } from '../../storage/authenticators.ts'
import type { Tx } from '../../storage/database.ts'
import { type EmailClaim, markClaimProved, type Proof } from '../../storage/email-claims.ts'
import { spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { deleteSessionsOf } from '../../storage/sessions.ts'
import { recordAction } from '../activity/record.ts'
import { mailedPurposes } from '../authenticators/one-time-secret.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { askRecoveryLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { equalBytes } from '../secrets/secrets.ts'

/**
 * Marks a claim as proved, and settles whose account it is.
 *
 * Somebody may have registered the address before its owner came (account pre-hijacking). So a proof that comes
 * neither from the browser that made the claim, nor by the link that was mailed at registration, nor by a code that
 * somebody who is signed in asked for, kills every way in that was made before: passwords, sessions, passkeys,
 * tokens, links to providers.
 *
 * @returns whether that happened.
 */
export async function proveClaim(
  tx: Tx,
  { clock, outbox, publicUrl }: Pick<Engine, 'clock' | 'outbox' | 'publicUrl'>,
  {
    realm,
    client,
    account,
    claim,
    proof,
  }: { realm: Realm; client: Client; account: Account; claim: EmailClaim; proof: Proof },
): Promise<boolean> {
  if (claim.provedAt !== null) return false
  // Of two proofs at once the second finds it proved, and everything settled.
  if (!(await markClaimProved(tx, { id: claim.id, proof, now: clock.now() }))) return false
  const accountId = account.id
  await lockAccount(tx, accountId)
  await updateAccount(tx, { id: accountId, now: clock.now() })
  await recordAction(
    tx,
    { clock },
    { realm, client, action: 'email.confirmed', accountId, detail: { proof } },
  )
  if (proof === 'link' || proof === 'session_code' || isSameDevice(claim, client)) return false

  const hadWaysIn = await deleteAuthenticators(tx, accountId)
  // A change of address that was begun before would otherwise wait for the owner to confirm it.
  await spendAllOfAccount(tx, { accountId, purposes: mailedPurposes, now: clock.now() })
  await deleteSessionsOf(tx, { accountId, keepSessionId: null })
  await recordAction(tx, { clock }, { realm, client, action: 'password.ended', accountId })
  // Whoever comes by a recovery link sets a new password this very moment.
  if (hadWaysIn && proof !== 'recovery_link') {
    await outbox.write(tx, {
      realm,
      accountId,
      to: claim.address,
      kind: 'password_ended',
      language: chooseLanguage(account.language, realm.policy.language),
      facts: { place: realm.policy.title, recoveryLink: askRecoveryLink(publicUrl, realm) },
    })
  }
  return true
}

function isSameDevice(claim: EmailClaim, client: Client): boolean {
  return (
    claim.deviceHash !== null && client.deviceHash !== null && equalBytes(claim.deviceHash, client.deviceHash)
  )
}
