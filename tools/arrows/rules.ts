/** Which folder may import which, and what only some may import from outside. */
import { posix } from 'node:path'

/** `types`: only by `import type`. A folder may always import itself, but for contracts, which see below. */
const ARROWS: Record<string, Record<string, 'all' | 'types'>> = {
  web: { client: 'all' },
  client: { contracts: 'types' },
  contracts: { engine: 'all' },
  engine: { storage: 'all' },
  storage: {},
  server: { storage: 'all', engine: 'all', contracts: 'all', client: 'all', web: 'all' },
}

export const FOLDERS = Object.keys(ARROWS)

/** Packages that mean a database: SQL lives in storage alone, its types included. */
const DATABASE_PACKAGES = ['kysely', 'pg', 'pg-cursor', 'pg-pool', 'node:sqlite', 'better-sqlite3']
/** What means HTTP, of which neither engine nor storage may know. */
const HTTP_PACKAGES = ['fastify', 'fastify-plugin', '@fastify', 'node:http', 'node:http2']

/** @returns why `from` may not import the file `to` of ours; undefined if it may. Paths are relative to the root. */
export function whyNotFile(from: string, to: string, typeOnly: boolean): string | undefined {
  const [fromFolder, toFolder] = [folderOf(from), folderOf(to)]
  if (fromFolder === toFolder) return fromFolder === 'contracts' ? whyNotContract(from, to) : undefined
  if (to === 'package.json') return undefined
  if (toFolder === 'server') return 'nobody imports server'
  if (!FOLDERS.includes(toFolder))
    return `${fromFolder} may not import ${toFolder}, which is no part of the product`
  const arrow = ARROWS[fromFolder]?.[toFolder]
  if (arrow === undefined) return `${fromFolder} may not import ${toFolder}`
  if (arrow === 'types' && !typeOnly)
    return `${fromFolder} may take types only from ${toFolder}: write "import type"`
  return undefined
}

/** @returns why `from` may not import the package `specifier`; undefined if it may. */
export function whyNotPackage(from: string, specifier: string): string | undefined {
  const folder = folderOf(from)
  const isOneOf = (names: string[]) =>
    names.some((name) => specifier === name || specifier.startsWith(`${name}/`))
  if (folder !== 'storage' && isOneOf(DATABASE_PACKAGES)) return `only storage may import ${specifier}`
  if ((folder === 'engine' || folder === 'storage') && isOneOf(HTTP_PACKAGES))
    return `${folder} knows no HTTP`
  return undefined
}

/** A contract may use the machinery beside the folders, never another contract. */
function whyNotContract(from: string, to: string): string | undefined {
  const [fromContract, toContract] = [posix.dirname(from).split('/')[1], posix.dirname(to).split('/')[1]]
  if (fromContract === undefined || toContract === undefined || fromContract === toContract) return undefined
  return `the contract ${fromContract} may not import the contract ${toContract}`
}

function folderOf(path: string): string {
  return path.split('/', 1)[0] ?? ''
}
