/** The numbers of a pager: the first, the last and those around `page`; null where some are left out. */
export function pagesAround(page: number, pages: number): (number | null)[] {
  const wanted = new Set([1, page - 1, page, page + 1, pages].filter((it) => it >= 1 && it <= pages))
  const found: (number | null)[] = []
  let before = 0
  for (const it of [...wanted].sort((a, b) => a - b)) {
    // One that would be left out alone takes no more room than the dots in its place.
    if (it === before + 2) found.push(it - 1)
    else if (it > before + 1) found.push(null)
    found.push(it)
    before = it
  }
  return found
}
