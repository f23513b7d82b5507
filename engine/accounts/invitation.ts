import { randomInt } from 'node:crypto'
import { listAccounts } from '../../storage/account-lists.ts'
import { type Account, findAccount, lockAccount } from '../../storage/accounts.ts'
import { type Db, inTransaction, type Tx } from '../../storage/database.ts'
import {
  countInvitationUse,
  findInvitation,
  insertInvitation,
  type Invitation as Kept,
  listLiveInvitations,
} from '../../storage/invitations.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

/** What an account hands to people it invites, again and again: it opens sign-up and nothing else. */
export interface Invitation {
  token: string
  uses: number
  usesMax: number
  createdAt: number
  expiresAt: number
}

/** No character that looks like another (base58, as Bitcoin has it). */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** 58.6 bits: enough for what is handed around and opens no account. */
const LENGTH = 10
const PURPOSE = 'invitation'

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets'>

/**
 * The account's invitation: the newest one while it has some time and some uses left, else a new one, so that
 * asking at every visit does not pile them up. An older one stays good until its own end.
 */
export async function currentInvitation(
  { db, clock, secrets }: Parts,
  { realm, client, accountId }: { realm: Realm; client: Client; accountId: number },
): Promise<Invitation> {
  const { lifetimeSeconds, renewBeforeSeconds, usesMax } = realm.policy.invitation
  return inTransaction(db, async (tx) => {
    // Of many at once, one makes it and the others find it.
    await lockAccount(tx, accountId)
    const now = clock.now()
    const [newest] = await listLiveInvitations(tx, { accountId, now })
    const isGoodFor = newest && newest.expiresAt - now > renewBeforeSeconds * 1_000
    if (isGoodFor && newest.uses < newest.usesMax) return open({ secrets }, newest)
    const token = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
    const made = await insertInvitation(tx, {
      realmId: realm.id,
      accountId,
      tokenHash: secrets.keyedHash(PURPOSE, token),
      tokenSealed: secrets.seal(PURPOSE, token),
      usesMax,
      expiresAt: now + lifetimeSeconds * 1_000,
      now,
    })
    await recordAction(tx, { clock }, { realm, client, action: 'invitation.created', accountId })
    return open({ secrets }, made)
  })
}

/** The account's live invitations, that with the latest end first. */
export async function listInvitations(
  { db, clock, secrets }: Parts,
  accountId: number,
): Promise<Invitation[]> {
  const kept = await listLiveInvitations(db, { accountId, now: clock.now() })
  return kept.map((one) => open({ secrets }, one))
}

function open({ secrets }: Pick<Engine, 'secrets'>, kept: Kept): Invitation {
  const { uses, usesMax, createdAt, expiresAt } = kept
  return { token: secrets.unseal(PURPOSE, kept.tokenSealed), uses, usesMax, createdAt, expiresAt }
}

/** In order of precedence. */
export type InvitationFailure =
  | { code: 'invitation_not_valid' }
  /** Its time is over, or it has been used as often as it may be. */
  | { code: 'invitation_expired' }
  | { code: 'inviter_disabled' }

/** Whether a token opens sign-up now; wrong ones count as guesses. */
export async function checkInvitation(
  engine: Parts & Pick<Engine, 'limits'>,
  { realm, client, token }: { realm: Realm; client: Client; token: string },
): Promise<Result<Account, TooManyRequests | InvitationFailure>> {
  const { db, clock, limits } = engine
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const found = await findInviter(db, engine, { realm, token })
  // One that has ended was a real one: nobody guesses by it.
  if (found.ok || found.failure.code !== 'invitation_not_valid') await limits.giveBack(failuresPerClient, key)
  return found.ok ? succeed(found.value.inviter) : found
}

/** Counts a use in the transaction that makes the account. @returns who invited. */
export async function spendInvitation(
  tx: Tx,
  engine: Pick<Engine, 'clock' | 'secrets'>,
  { realm, token }: { realm: Realm; token: string },
): Promise<Result<Account, InvitationFailure>> {
  const found = await findInviter(tx, engine, { realm, token })
  if (!found.ok) return found
  const { invitation, inviter } = found.value
  const isCounted = await countInvitationUse(tx, { id: invitation.id, now: engine.clock.now() })
  return isCounted ? succeed(inviter) : decline({ code: 'invitation_expired' })
}

async function findInviter(
  db: Db,
  { clock, secrets }: Pick<Engine, 'clock' | 'secrets'>,
  { realm, token }: { realm: Realm; token: string },
): Promise<Result<{ invitation: Kept; inviter: Account }, InvitationFailure>> {
  const tokenHash = secrets.keyedHash(PURPOSE, token.trim())
  const invitation = await findInvitation(db, { realmId: realm.id, tokenHash })
  const inviter = invitation && (await findAccount(db, invitation.accountId))
  if (!inviter || inviter.deletedAt !== null) return decline({ code: 'invitation_not_valid' })
  const isOver = invitation.expiresAt <= clock.now() || invitation.uses >= invitation.usesMax
  if (isOver) return decline({ code: 'invitation_expired' })
  if (inviter.disabledAt !== null) return decline({ code: 'inviter_disabled' })
  return succeed({ invitation, inviter })
}

/** Who came by the account's invitations, the newest first. */
export function listInvited(
  { db }: Pick<Engine, 'db'>,
  { realm, accountId, offset, limit }: { realm: Realm; accountId: number; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  return listAccounts(db, { realmId: realm.id, referrerId: accountId, sort: '-created', offset, limit })
}
