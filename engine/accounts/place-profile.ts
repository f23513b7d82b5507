import type { Account } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findRealmProfile, replaceRealmProfile } from '../../storage/realms.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { NewSignIn } from '../sessions/sign-in.ts'
import { isSetUpDue, type SetUpRealm, type SetUpRealmFailure, setUpRealm } from './set-up-realm.ts'

/** Opening hours of one weekday, in the place's own time zone. */
export interface OpeningHours {
  /** 0 is Sunday. */
  dayOfWeek: number
  /** `HH:MM`, 24 hours; null when closed. */
  openTime: string | null
  closeTime: string | null
  isClosed: boolean
}

/** What a realm tells of the place it belongs to: a salon, say. */
export interface PlaceProfile {
  name: string
  email: string | null
  phone: string | null
  address: string | null
  /** One entry for a weekday at most; days left out are closed. */
  openingHours: OpeningHours[]
}

/** Where the hours do not fit, and which field of that entry. */
export type OpeningHoursFailure = {
  code: 'opening_hours_not_valid'
  index: number
  field: 'dayOfWeek' | 'openTime' | 'closeTime'
  reason: 'twice' | 'range' | 'time' | 'order'
}

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Each weekday once, real times, and an opening before the closing. */
export function checkOpeningHours(hours: OpeningHours[]): OpeningHoursFailure | undefined {
  const seen = new Set<number>()
  for (const [index, { dayOfWeek, openTime, closeTime, isClosed }] of hours.entries()) {
    const refuse = (
      field: OpeningHoursFailure['field'],
      reason: OpeningHoursFailure['reason'],
    ): OpeningHoursFailure => ({ code: 'opening_hours_not_valid', index, field, reason })
    if (!Number.isInteger(dayOfWeek) || dayOfWeek < 0 || dayOfWeek > 6) return refuse('dayOfWeek', 'range')
    if (seen.has(dayOfWeek)) return refuse('dayOfWeek', 'twice')
    seen.add(dayOfWeek)
    if (openTime !== null && !TIME.test(openTime)) return refuse('openTime', 'time')
    if (closeTime !== null && !TIME.test(closeTime)) return refuse('closeTime', 'time')
    if (isClosed) continue
    if (openTime === null) return refuse('openTime', 'time')
    if (closeTime === null) return refuse('closeTime', 'time')
    if (openTime >= closeTime) return refuse('openTime', 'order')
  }
  return undefined
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

/** In order of precedence. */
export type SetUpPlaceFailure = SetUpRealmFailure | OpeningHoursFailure

/** First run of a realm that belongs to a place: its first account, an admin, and what the place tells of itself. */
export async function setUpPlace(
  engine: Parameters<typeof setUpRealm>[0],
  input: SetUpRealm & { profile: PlaceProfile },
): Promise<Result<NewSignIn, SetUpPlaceFailure>> {
  const isDue = await isSetUpDue(engine, input.realm)
  const failure = checkOpeningHours(input.profile.openingHours)
  return failure && isDue ? decline(failure) : setUpRealm(engine, input)
}
