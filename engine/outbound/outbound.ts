import type { Result } from '../result.ts'

/** Something that is fetched for us, from an address that somebody else named. */
export interface Wanted {
  url: string
  /** What its content type may begin with. */
  type: string
  bytesMax: number
  secondsMax: number
}

export interface Fetched {
  bytes: Buffer
  contentType: string
}

/** In the order in which they are looked for. */
export type FetchFailure =
  /** No public address of http or https, or one that leads elsewhere. */
  | { code: 'address_refused' }
  | { code: 'too_many_redirects' }
  | { code: 'unreachable' }
  | { code: 'status_refused' }
  | { code: 'type_refused' }
  | { code: 'too_large' }
  | { code: 'too_slow' }

/** Fetches from public addresses alone (server-side request forgery), whatever a name or a redirect leads to. */
export type FetchPublic = (wanted: Wanted) => Promise<Result<Fetched, FetchFailure>>

/** What an engine has whose server fetches nothing. */
export const fetchNothing: FetchPublic = async () => ({ ok: false, failure: { code: 'unreachable' } })
