/**
 * Where to go after signing in: `next` as a path of this origin, or `home`. It is parsed and its
 * origin compared, because prefixes lie: `//evil.example`, `/\evil.example` and
 * `https://here.example@evil.example` all look like ours from their first letters.
 */
export function nextPath(next: string | undefined, origin: string, home = '/'): string {
  if (next === undefined || !URL.canParse(next, origin)) return home
  const url = new URL(next, origin)
  if (url.origin !== origin || url.username !== '' || url.password !== '') return home
  // `/.//evil.example` parses to our origin and the path `//evil.example`, which, used as an
  // address later, would be another origin.
  if (url.pathname.startsWith('//')) return home
  return url.pathname + url.search + url.hash
}
