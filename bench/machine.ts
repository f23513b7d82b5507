/** What the figures were measured on. */
import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'

/** Lines of name and value, for the report. */
export function describeMachine(): [string, string][] {
  const [first] = cpus()
  return [
    ['processor', `${first?.model.trim() ?? arch()}, ${cpus().length} cores`],
    ['memory', `${Math.round(totalmem() / 1024 ** 3)} GiB`],
    ['system', `${platform()} ${release()} (${arch()})`],
    ['Node', process.version],
  ]
}

/** Resident memory of a process in MiB; undefined where the system does not tell in /proc. */
export function residentMebibytes(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
  } catch {
    return undefined
  }
}

/** The installed version of a package, by its folder's name under `node_modules` of `folder`. */
export function versionOf(folder: string, name: string): string {
  return JSON.parse(readFileSync(`${folder}/node_modules/${name}/package.json`, 'utf8')).version
}
