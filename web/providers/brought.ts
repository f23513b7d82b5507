/** What a provider put into the address of our page (RFC 6749 §4.1.2, RFC 9207). */
export type Brought = {
  code: string | null
  state: string | null
  issuer: string | null
  /** It, or the person there, said no. */
  error: string | null
}

const isReturn = /\/sign-in\/with\/[^/]+$/.test(location.pathname)
const search = new URLSearchParams(isReturn ? location.search : '')

/**
 * Read once, when the page is loaded, and out of the address bar before anything is drawn, so that no screenshot,
 * history or shared link carries it. It is good once, so it is kept nowhere.
 */
let brought: Brought | null = isReturn
  ? {
      code: search.get('code'),
      state: search.get('state'),
      issuer: search.get('iss'),
      error: search.get('error'),
    }
  : null
if (isReturn && location.search !== '') history.replaceState(history.state, '', location.pathname)

/** @returns nothing the second time. */
export function takeBrought(): Brought | null {
  const taken = brought
  brought = null
  return taken
}
