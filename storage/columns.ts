import type { ColumnType } from 'kysely'

/** An instant: UNIX milliseconds in UTC. */
export type Millis = number
/** Written as JSON text, read back as the value. */
export type Json<T> = ColumnType<T, string, string>
