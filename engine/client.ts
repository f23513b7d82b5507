import type { Account } from './accounts/account.ts'

/** Who is at the other end of a request, as far as the server can tell. */
export interface Client {
  /** The app that was called. */
  app: string
  /** The caller's address, resolved through trusted proxies. */
  address: string
  /** What limits count by: the address, of IPv6 its /64, since a household has that many to choose from. */
  addressBlock: string
  userAgent: string | null
  requestId: string
  /** The digest of the browser's device cookie, if it sent a genuine one. */
  deviceHash: Uint8Array | null
  /** The caller sits at this very machine, and no proxy spoke for it. */
  isLocal: boolean
  /** What the app's session tokens carry beside our own claims, as its document has it. */
  claimsOf?: ((account: Account) => Record<string, unknown>) | undefined
}

/** Nobody asked: the server does it by itself, when it starts or now and then. */
export const serverItself: Client = {
  app: 'server',
  address: '',
  addressBlock: '',
  userAgent: null,
  requestId: 'server',
  deviceHash: null,
  isLocal: true,
}
