/**
 * Holds the arrows of the house: imports go web → client → contracts → engine → storage, `server` sees all and
 * is seen by none, SQL is known to storage alone, and no file needs itself by a detour.
 *
 *     node tools/arrows.ts          prints what is wrong, and fails if anything is
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { findCircles } from './arrows/circles.ts'
import { importsOf } from './arrows/imports.ts'
import { FOLDERS, whyNotFile, whyNotPackage } from './arrows/rules.ts'

/** @returns a line for each wrong import and each circle under `root`; none if the house is in order. */
export function findWrongArrows(root: string): string[] {
  const complaints: string[] = []
  const edges = new Map<string, string[]>()
  for (const file of sourceFiles(root)) {
    const loads: string[] = []
    for (const { specifier, line, typeOnly } of importsOf(file, readFileSync(join(root, file), 'utf8'))) {
      const isOurs = specifier.startsWith('.')
      const target = isOurs ? posix.join(posix.dirname(file), specifier.replace(/\?.*$/, '')) : specifier
      const why = isOurs ? whyNotFile(file, target, typeOnly) : whyNotPackage(file, specifier)
      if (why) complaints.push(`${file}:${line} imports ${specifier}: ${why}`)
      if (isOurs && !typeOnly && isSource(root, target)) loads.push(target)
    }
    edges.set(file, loads)
  }
  const circles = findCircles(edges).map((circle) => `circle: ${circle.join(' → ')}`)
  return [...complaints, ...circles]
}

/** Tests may import what they like, and nothing imports them. */
function sourceFiles(root: string): string[] {
  return globSync(
    FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx}`),
    { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) },
  )
    .filter((file) => !/\.test\.tsx?$|\.d\.ts$/.test(file))
    .sort()
}

function isSource(root: string, path: string): boolean {
  return /\.tsx?$/.test(path) && existsSync(join(root, path))
}

if (import.meta.main) {
  const complaints = findWrongArrows(resolve(process.argv[2] ?? join(import.meta.dirname, '..')))
  for (const complaint of complaints) console.log(complaint)
  if (complaints.length > 0) process.exitCode = 1
}
