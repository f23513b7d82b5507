/** There is no room for more just now: come back later. Answered as 503, before any work is done. */
export class OverloadedError extends Error {
  override name = 'OverloadedError'
  readonly retryAfterSeconds = 2
}
