import {
  type Activity,
  type ActivityValues,
  countContacts,
  findActivity as findRow,
  insertActivity,
  listActivitiesOf,
  listParticipants,
  listActivities as listRows,
  replaceParticipants,
  replaceActivity as replaceRow,
  trashActivity as trashRow,
} from '../../storage/activities.ts'
import { type Contact, findContact } from '../../storage/contacts.ts'
import { type Db, inTransaction, RollBack, type Tx } from '../../storage/database.ts'
import type { DatedQuery } from '../../storage/notes.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'

export type { Activity, ActivityValues } from '../../storage/activities.ts'

/** An activity with everybody who took part. */
export interface Gathering extends Activity {
  contacts: Contact[]
}

/** In order of precedence. */
export type ActivityFailure =
  | { code: 'activity_not_found' }
  /** One of them is unknown, or named twice. */
  | { code: 'contact_not_found' }

export async function listActivities(
  { db }: Pick<Engine, 'db'>,
  { withContacts, ...query }: DatedQuery & { withContacts: boolean },
): Promise<{ activities: Gathering[]; total: number }> {
  const { activities, total } = await listRows(db, query)
  return { activities: await gather(db, activities, withContacts), total }
}

/** Those in which a contact took part. */
export async function listActivitiesWith(
  { db }: Pick<Engine, 'db'>,
  { ownerId, contactId }: { ownerId: number; contactId: number },
): Promise<Result<Gathering[], { code: 'contact_not_found' }>> {
  if (!(await findContact(db, { ownerId, id: contactId }))) return decline({ code: 'contact_not_found' })
  return succeed(await gather(db, await listActivitiesOf(db, [contactId])))
}

export async function findActivity(
  { db }: Pick<Engine, 'db'>,
  which: { ownerId: number; id: number },
): Promise<Result<Gathering, { code: 'activity_not_found' }>> {
  const activity = await findRow(db, which)
  if (!activity) return decline({ code: 'activity_not_found' })
  return succeed(await withContacts(db, activity))
}

export async function createActivity(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, values, contactIds }: { ownerId: number; values: ActivityValues; contactIds: number[] },
): Promise<Result<Gathering, { code: 'contact_not_found' }>> {
  return inTransaction(db, async (tx) => {
    const now = clock.now()
    const id = await insertActivity(tx, { ownerId, values, now })
    if (!(await link(tx, { ownerId, id, contactIds }))) {
      throw new RollBack(decline({ code: 'contact_not_found' }))
    }
    return succeed(await withContacts(tx, activityOf({ id, values, createdAt: now, updatedAt: now })))
  })
}

/** Puts other values in the place of all. `contactIds` null leaves those who took part as they are. */
export async function replaceActivity(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  {
    ownerId,
    id,
    values,
    contactIds,
  }: { ownerId: number; id: number; values: ActivityValues; contactIds: number[] | null },
): Promise<Result<Gathering, ActivityFailure>> {
  return inTransaction(db, async (tx): Promise<Result<Gathering, ActivityFailure>> => {
    const now = clock.now()
    const before = await findRow(tx, { ownerId, id })
    const isReplaced = before && (await replaceRow(tx, { ownerId, id, values, now }))
    if (!isReplaced) return decline({ code: 'activity_not_found' })
    if (contactIds && !(await link(tx, { ownerId, id, contactIds }))) {
      throw new RollBack(decline({ code: 'contact_not_found' }))
    }
    const { createdAt } = before
    return succeed(await withContacts(tx, activityOf({ id, values, createdAt, updatedAt: now })))
  })
}

/** Into the trash. Of two at once, one does it. */
export async function trashActivity(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Result<null, { code: 'activity_not_found' }>> {
  const isTrashed = await inTransaction(db, (tx) => trashRow(tx, { ownerId, id, now: clock.now() }))
  return isTrashed ? succeed(null) : decline({ code: 'activity_not_found' })
}

/** @returns false when one is unknown, somebody else's, or named twice. */
async function link(
  tx: Tx,
  { ownerId, id, contactIds }: { ownerId: number; id: number; contactIds: number[] },
): Promise<boolean> {
  if ((await countContacts(tx, { ownerId, ids: contactIds })) !== contactIds.length) return false
  await replaceParticipants(tx, { id, contactIds })
  return true
}

async function withContacts(db: Db, activity: Activity): Promise<Gathering> {
  const [gathering] = await gather(db, [activity])
  if (!gathering) throw new Error('One activity is one gathering.')
  return gathering
}

async function gather(db: Db, activities: Activity[], isWanted = true): Promise<Gathering[]> {
  const participants = await listParticipants(db, isWanted ? activities.map(({ id }) => id) : [])
  return activities.map((activity) => ({ ...activity, contacts: participants.get(activity.id) ?? [] }))
}

function activityOf({
  values: { title, description, location, date },
  ...rest
}: {
  id: number
  values: ActivityValues
  createdAt: number
  updatedAt: number
}): Activity {
  return { ...rest, title, description, location, date: date.text }
}
