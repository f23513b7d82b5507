import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { imageBytesMax, setAccountPicture } from './account-picture.ts'

const SECONDS_MAX = 10
const IMAGE = 'profileImage'

type Parts = Pick<Engine, 'db' | 'clock' | 'bus' | 'files' | 'pictures' | 'fetchPublic'>

/**
 * Takes over the picture that a provider has of somebody new, unless they have set one meanwhile. In the background:
 * nobody waits for it, and an account without a picture is whole. What went wrong stands in the action log.
 *
 * Never throws: there is nobody to hear of it.
 */
export async function keepProviderPicture(
  engine: Parts,
  { realm, client, accountId, url }: { realm: Realm; client: Client; accountId: number; url: string },
): Promise<void> {
  const { db, clock, fetchPublic } = engine
  try {
    const bytesMax = imageBytesMax[IMAGE]
    const fetched = await fetchPublic({ url, type: 'image/', bytesMax, secondsMax: SECONDS_MAX })
    const change = { realm, client, accountId, image: IMAGE, isOnlyIfNone: true } as const
    const kept = fetched.ok
      ? await setAccountPicture(engine, { ...change, bytes: fetched.value.bytes })
      : fetched
    if (kept.ok) return
    const detail = { reason: kept.failure.code }
    await recordAction(db, { clock }, { realm, client, action: 'picture.not_kept', accountId, detail })
  } catch {
    // The database or the store is away, or the server is being stopped.
  }
}
