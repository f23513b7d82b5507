import type { Account } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findRealmProfile, replaceRealmProfile } from '../../storage/realms.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { checkOpeningHours, type OpeningHours, type OpeningHoursFailure } from './opening-hours.ts'

/** What a realm tells of the place it belongs to: a salon, say. */
export interface PlaceProfile {
  name: string
  email: string | null
  phone: string | null
  address: string | null
  /** One entry for a weekday at most; days left out are closed. */
  openingHours: OpeningHours[]
}

/** Nothing before set-up has told it. */
export async function readPlaceProfile(
  { db }: Pick<Engine, 'db'>,
  realm: Realm,
): Promise<PlaceProfile | undefined> {
  const profile = (await findRealmProfile(db, realm.id)) as Partial<PlaceProfile>
  if (profile.name === undefined) return undefined
  const { name, email = null, phone = null, address = null, openingHours = [] } = profile
  return { name, email, phone, address, openingHours }
}

/** For the realm's admins. */
export async function changePlaceProfile(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { realm, client, actor, profile }: { realm: Realm; client: Client; actor: Account; profile: PlaceProfile },
): Promise<Result<null, OpeningHoursFailure>> {
  const failure = checkOpeningHours(profile.openingHours)
  if (failure) return decline(failure)
  await inTransaction(db, async (tx) => {
    await replaceRealmProfile(tx, { realmId: realm.id, profile: { ...profile } })
    const entry = { realm, client, action: 'place.changed', accountId: null, actorId: actor.id } as const
    await recordAction(tx, { clock }, entry)
  })
  return succeed(null)
}
