import { type Account, getAccount, lockAccount, updateAccount } from '../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import { doubtPicture } from '../../storage/pictures.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { keepPicture } from '../pictures/keep-picture.ts'
import type { PictureFailure } from '../pictures/picture-maker.ts'
import { sweepPicturesSoon } from '../pictures/sweep-pictures.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

const MIB = 1024 * 1024

/** The pictures of an account, by where the account keeps them. */
export type AccountImage = 'profileImage' | 'bannerImage'

/** Of what is sent as well as of what becomes of it. */
export const imageBytesMax: Record<AccountImage, number> = { profileImage: 4 * MIB, bannerImage: 8 * MIB }

interface Change {
  realm: Realm
  client: Client
  accountId: number
  image: AccountImage
  /** Not in place of one that is there. */
  isOnlyIfNone?: boolean
}

type Parts = Pick<Engine, 'db' | 'clock' | 'bus' | 'files' | 'pictures'>

/** In order of precedence; `account_gone`: it was shut or deleted while the picture was made. */
export type SetPictureFailure = PictureFailure | { code: 'account_gone' }

/** Makes a picture of what somebody sent, and shows it in place of the one before. */
export async function setAccountPicture(
  engine: Parts,
  { bytes, ...change }: Change & { bytes: Uint8Array },
): Promise<Result<Account, SetPictureFailure>> {
  const made = await engine.pictures.make(bytes, imageBytesMax[change.image])
  if (!made.ok) return made
  const { realm } = change
  const room = 'accounts'
  const done = await keepPicture(engine, { realm, room, webp: made.value }, async (tx, hash) => {
    const done = await replaceImage(engine, tx, change, hash)
    if (done !== 'replaced') await doubtPicture(tx, { realmId: realm.id, room, hash, now: 0 })
    return done
  })
  if (done === 'account_gone') {
    await sweepPicturesSoon(engine)
    return decline({ code: 'account_gone' })
  }
  return succeed(await afterChange(engine, change.accountId))
}

export type RemovePictureFailure = { code: 'no_picture' }

export async function removeAccountPicture(
  engine: Omit<Parts, 'pictures'>,
  change: Change,
): Promise<Result<Account, RemovePictureFailure>> {
  const done = await inTransaction(engine.db, (tx) => replaceImage(engine, tx, change, null))
  if (done !== 'replaced') return decline({ code: 'no_picture' })
  return succeed(await afterChange(engine, change.accountId))
}

async function replaceImage(
  { clock }: Pick<Engine, 'clock'>,
  tx: Tx,
  { realm, client, accountId, image, isOnlyIfNone = false }: Change,
  hash: string | null,
): Promise<'replaced' | 'kept' | 'no_picture' | 'account_gone'> {
  // Of two changes at once the second sees what the first left behind.
  await lockAccount(tx, accountId)
  const account = await getAccount(tx, accountId)
  if (account.deletedAt !== null || account.disabledAt !== null) return 'account_gone'
  const before = account[image]
  if (before === null && hash === null) return 'no_picture'
  if (before !== null && isOnlyIfNone) return 'kept'
  const now = clock.now()
  await updateAccount(tx, { id: accountId, now, [image]: hash })
  if (before !== null && before !== hash) {
    await doubtPicture(tx, { realmId: account.realmId, room: 'accounts', hash: before, now })
  }
  const detail = { fields: image }
  await recordAction(tx, { clock }, { realm, client, action: 'account.changed', accountId, detail })
  return 'replaced'
}

async function afterChange(engine: Omit<Parts, 'pictures'>, accountId: number): Promise<Account> {
  const { db, bus } = engine
  bus.publish({ kind: 'account_changed', accountId })
  await sweepPicturesSoon(engine)
  return getAccount(db, accountId)
}
