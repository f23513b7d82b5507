import type { RealmPolicy } from '../../engine/realm.ts'
import type { Field } from './form.ts'

/** The document's own bound; a mailbox may have four characters more. */
export const email = { type: 'email', lengthMax: 250 } as const satisfies Field
export const name = { type: 'string', isTrimmed: true, lengthMin: 1, lengthMax: 100 } as const satisfies Field
/** One that is compared, not chosen: whatever was sent. */
export const givenPassword = { type: 'string' } as const satisfies Field
export const shortToken = { type: 'string', isTrimmed: true, lengthMax: 512 } as const satisfies Field

/** One that somebody chooses, as long as the realm wants it. */
export function chosenPassword({ password }: RealmPolicy) {
  const { lengthMin, lengthMax } = password
  return { type: 'string', lengthMin, lengthMax } as const satisfies Field
}

/** The form reads what came, not the schema: it tells more than a schema can. */
export const readByForm = { validatorCompiler: () => () => true } as const
