/** An account as contracts see it. */
export type { Account } from '../../storage/accounts.ts'
