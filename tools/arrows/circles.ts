/**
 * Finds files that need each other at run time (Tarjan's strongly connected components, 1972).
 *
 * @param edges for each file, the files that it loads.
 * @returns one circle for each knot of files, as a path that ends where it begins.
 */
export function findCircles(edges: Map<string, string[]>): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const knots: string[][] = []

  const visit = (file: string): void => {
    order.set(file, order.size)
    lowest.set(file, order.get(file) ?? 0)
    stack.push(file)
    for (const next of edges.get(file) ?? []) {
      if (!order.has(next)) {
        visit(next)
        lower(file, lowest.get(next))
      } else if (stack.includes(next)) lower(file, order.get(next))
    }
    if (lowest.get(file) !== order.get(file)) return
    const knot = stack.splice(stack.indexOf(file))
    if (knot.length > 1 || edges.get(file)?.includes(file)) knots.push(knot)
  }
  const lower = (file: string, to = Number.POSITIVE_INFINITY) =>
    lowest.set(file, Math.min(lowest.get(file) ?? to, to))

  for (const file of edges.keys()) if (!order.has(file)) visit(file)
  return knots.map((knot) => shortestCircle(knot, edges))
}

/** Through the first file of the knot, breadth first and inside the knot: what a person should read. */
function shortestCircle(knot: string[], edges: Map<string, string[]>): string[] {
  const start = knot[0] ?? ''
  const paths: string[][] = [[start]]
  const seen = new Set<string>()
  for (const path of paths) {
    for (const next of edges.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [...path, start]
      if (!knot.includes(next) || seen.has(next)) continue
      seen.add(next)
      paths.push([...path, next])
    }
  }
  return knot
}
