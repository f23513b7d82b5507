import { ownAddress, pagesAt } from './realm.ts'

const own = ownAddress(location)
if (own !== location.pathname + location.search + location.hash) history.replaceState(history.state, '', own)

/** Whose pages these are. Read once: from one realm to another the pages are loaded anew. */
export const here = pagesAt(location.pathname)

/** What a browser keeps is of one realm: who begins to sign in to one has not begun in another. */
export function keyHere(name: string): string {
  return here.isMain ? `latchkey.${name}` : `latchkey.${here.realm}.${name}`
}
