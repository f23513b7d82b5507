import { inTransaction } from '../../storage/database.ts'
import {
  deletePushDevice,
  deletePushDeviceById,
  listPushDevices,
  type PushDevice,
  putPushDevice,
  trimPushDevices,
} from '../../storage/push-devices.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'

export type { PushDevice } from '../../storage/push-devices.ts'

export const DEVICE_TOKEN_LENGTH_MAX = 512
export const devicePlatforms = ['ios', 'android', 'web'] as const
/** The oldest go. */
const DEVICES_MAX = 20

/** Registers a device for push messages. Its token belongs to one account: registering it for another moves it. */
export async function registerDevice(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  {
    realm,
    client,
    accountId,
    token,
    platform,
  }: {
    realm: Realm
    client: Client
    accountId: number
    token: string
    platform: (typeof devicePlatforms)[number]
  },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const now = clock.now()
    const before = await putPushDevice(tx, { realmId: realm.id, accountId, token, platform, now })
    await trimPushDevices(tx, { accountId, keep: DEVICES_MAX })
    if (before === undefined) return
    const moved = { realm, client, action: 'device.moved', accountId: before, actorId: accountId } as const
    await recordAction(tx, { clock }, moved)
  })
}

/** Takes one of the account's own devices away; anybody else's stays. */
export function removeDevice(
  { db }: Pick<Engine, 'db'>,
  { accountId, token }: { accountId: number; token: string },
): Promise<boolean> {
  return deletePushDevice(db, { accountId, token })
}

/** As {@link removeDevice}, by the id that a list shows. */
export function removeDeviceById(
  { db }: Pick<Engine, 'db'>,
  { accountId, id }: { accountId: number; id: number },
): Promise<boolean> {
  return deletePushDeviceById(db, { accountId, id })
}

export function listDevices({ db }: Pick<Engine, 'db'>, accountId: number): Promise<PushDevice[]> {
  return listPushDevices(db, accountId)
}
