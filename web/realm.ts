/** The realm whose pages stand at the root. */
const MAIN = 'main'

const IN_PATH = /^\/realms\/([^/]+)(?=\/|$)/
/** What mails point to, at the root for every realm: the realm stands in the search. */
const MAILED = /^\/(reset-password|confirm-email|forgot-password)$/

export type RealmPages = {
  realm: string
  isMain: boolean
  /** The path that all pages of the realm begin with; empty at the root. */
  base: string
  /** Where our own API serves the realm. */
  api: string
}

/** Whose pages an address shows. Whether there is such a realm, the API knows. */
export function pagesAt(pathname: string): RealmPages {
  const realm = IN_PATH.exec(pathname)?.[1] ?? MAIN
  const isMain = realm === MAIN
  return {
    realm,
    isMain,
    base: isMain ? '' : `/realms/${realm}`,
    api: isMain ? '/api' : `/api/realms/${realm}`,
  }
}

/**
 * The address of a page among the pages of its realm: a mailed link opens where its owner signs in, so that
 * whoever it signs in is signed in there. Any other address is its own.
 */
export function ownAddress({
  pathname,
  search,
  hash,
}: {
  pathname: string
  search: string
  hash: string
}): string {
  const page = pathname.replace(IN_PATH, '') || '/'
  const named = MAILED.test(page) ? new URLSearchParams(search).get('realm') : null
  const { base } = pagesAt(named === null ? pathname : `/realms/${encodeURIComponent(named)}`)
  return base + page + search + hash
}
