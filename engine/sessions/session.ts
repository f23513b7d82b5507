/** A session as contracts see it. */
export type { Session } from '../../storage/sessions.ts'
