import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { smtpTransport } from '../../engine/mail/transport.ts'
import { openStorage, pendingMigrations } from '../../storage/database.ts'
import { openFiles } from '../../storage/files/files.ts'
import { type Config, ConfigError, loadConfig } from '../config/load.ts'
import { settings } from '../config/settings.ts'
import { isLoopback } from '../http/origins.ts'
import { WEB_FOLDER } from '../pages.ts'

interface Finding {
  state: 'good' | 'note' | 'bad'
  what: string
  /** The line to change, or the command to run. */
  remedy?: string
}

const MARKS = { good: '✓', note: '·', bad: '✗' } as const

/** Says what is configured, reachable and writable, and what is wrong, with the line to change. */
export async function doctor(env: NodeJS.ProcessEnv): Promise<number> {
  let config: Config
  try {
    config = loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const what of error.problems) say({ state: 'bad', what })
    return 1
  }
  const findings = [
    ...configuration(config, env),
    dataFolder(config),
    ...(await database(config)),
    await fileStore(config),
    await mail(config),
    await port(config),
    ...publicFacts(config),
    webApp(),
  ]
  for (const finding of findings) say(finding)
  const bad = findings.filter(({ state }) => state === 'bad').length
  console.log(bad === 0 ? '\nEverything is in order.' : `\n${bad} to mend.`)
  return bad === 0 ? 0 : 1
}

function say({ state, what, remedy }: Finding): void {
  console.log(`${MARKS[state]} ${what}${remedy ? `\n    → ${remedy}` : ''}`)
}

function configuration({ file, apps }: Config, env: NodeJS.ProcessEnv): Finding[] {
  const set = Object.values(settings).filter(({ env: name }) => env[name])
  const shown = set.map(({ env: name, isSecret }) => (isSecret ? `${name}=…` : `${name}=${env[name]}`))
  return [
    { state: 'good', what: `Configuration: ${file ?? 'no latchkey.yaml; defaults'}` },
    { state: 'note', what: `From the environment: ${shown.join(' ') || 'nothing'}` },
    ...apps.map(({ name, contract, realm, place }): Finding => {
      const where = 'prefix' in place ? place.prefix : `host ${place.host}`
      return { state: 'note', what: `App ${name}: contract ${contract.name}, realm ${realm}, at ${where}` }
    }),
  ]
}

function dataFolder({ dataDir, secret }: Config): Finding {
  try {
    mkdirSync(dataDir, { recursive: true })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    const remedy = `Set DATA_DIR to a folder that this user may write, or: chown -R $(id -u) ${dataDir}`
    return { state: 'bad', what: `Data folder ${dataDir}: ${(error as Error).message}`, remedy }
  }
  const secretFile = join(dataDir, 'secret')
  if (!secret && existsSync(secretFile) && (statSync(secretFile).mode & 0o077) !== 0) {
    return { state: 'bad', what: `${secretFile} can be read by others`, remedy: `chmod 600 ${secretFile}` }
  }
  return { state: 'good', what: `Data folder ${dataDir} is writable` }
}

async function database({ storage: location, workers }: Config): Promise<Finding[]> {
  const name =
    location.kind === 'sqlite' ? `SQLite at ${location.path}` : `PostgreSQL at ${new URL(location.url).host}`
  let storage: ReturnType<typeof openStorage> | undefined
  try {
    storage = openStorage(location)
    const pending = await pendingMigrations(storage.db)
    const state: Finding = { state: 'good', what: `${name} answers` }
    if (pending.length === 0) return [state, { state: 'good', what: 'Its schema is up to date' }]
    const what = `${pending.length} migration${pending.length === 1 ? '' : 's'} to run; the next start runs them`
    return [state, { state: 'note', what }]
  } catch (error) {
    const remedy =
      location.kind === 'sqlite'
        ? 'Check the rights and the free space of DATA_DIR.'
        : 'Check DATABASE_URL and that the server runs.'
    return [{ state: 'bad', what: `${name} does not answer: ${(error as Error).message}`, remedy }]
  } finally {
    await storage?.close().catch(() => undefined)
    void workers
  }
}

async function fileStore({ files }: Config): Promise<Finding> {
  const where = files.kind === 'disk' ? `folder ${files.folder}` : `bucket ${files.bucket}`
  try {
    await openFiles(files).check()
    return { state: 'good', what: `Files can be written, read and removed: ${where}` }
  } catch (error) {
    const said = ((error as Error).cause as Error | undefined) ?? (error as Error)
    const innermost = said.cause instanceof Error ? said.cause : said
    const remedy =
      files.kind === 'disk'
        ? `Let this user write there: chown -R $(id -u) ${files.folder}`
        : 'Check FILES_S3_BUCKET, its region and endpoint, and the rights of its key: read, write, delete.'
    return { state: 'bad', what: `Files cannot be kept in ${where}: ${innermost.message}`, remedy }
  }
}

async function mail({ smtpUrl, mailFrom }: Config): Promise<Finding> {
  if (!smtpUrl) {
    const remedy = 'SMTP_URL=smtp://user:password@mail.example.org:587'
    return { state: 'note', what: 'No mail server: mail is printed on the console', remedy }
  }
  const { host } = new URL(smtpUrl)
  const transport = smtpTransport({ url: smtpUrl, from: mailFrom })
  try {
    await transport.verify()
    return { state: 'good', what: `Mail server ${host} answers; mail comes from ${mailFrom}` }
  } catch (error) {
    const remedy = 'Check host, port, user and password in SMTP_URL.'
    return { state: 'bad', what: `Mail server ${host}: ${(error as Error).message}`, remedy }
  } finally {
    transport.close()
  }
}

async function port({ host, port: number }: Config): Promise<Finding> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen(number, host, resolve)
    })
    return { state: 'good', what: `Port ${number} on ${host} is free` }
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (isTaken)
      return {
        state: 'note',
        what: `Port ${number} on ${host} is in use; by Latchkey itself, if it is running`,
      }
    return {
      state: 'bad',
      what: `Port ${number} on ${host}: ${(error as Error).message}`,
      remedy: 'Change PORT or HOST.',
    }
  } finally {
    await new Promise((resolve) => probe.close(resolve))
  }
}

function publicFacts({ publicUrl, host, isCookieSecure, isRateLimited, trustedProxies }: Config): Finding[] {
  const findings: Finding[] = []
  const isLocal = isLoopback(new URL(publicUrl).hostname)
  if (!isLoopback(host) && isLocal) {
    const remedy = 'PUBLIC_URL=https://id.example.org'
    findings.push({
      state: 'bad',
      what: `Others can reach this server, but links in mails point to ${publicUrl}`,
      remedy,
    })
  } else findings.push({ state: 'good', what: `Links point to ${publicUrl}` })
  if (!isLocal && !publicUrl.startsWith('https:')) {
    findings.push({
      state: 'bad',
      what: 'PUBLIC_URL is not https: passwords and cookies can be read on the way',
      remedy: `PUBLIC_URL=${publicUrl.replace('http:', 'https:')}`,
    })
  }
  if (!isLocal && !isCookieSecure) {
    findings.push({ state: 'bad', what: 'Cookies are sent without https', remedy: 'COOKIE_SECURE=true' })
  }
  if (publicUrl.startsWith('https:') && isLoopback(host) && trustedProxies.length === 0) {
    const what = 'A proxy seems to stand in front, and none is trusted: all callers count as one address'
    findings.push({ state: 'note', what, remedy: 'TRUST_PROXY=127.0.0.1' })
  }
  if (!isRateLimited)
    findings.push({
      state: 'bad',
      what: 'RATE_LIMIT is off: guessing is not slowed down',
      remedy: 'RATE_LIMIT=on',
    })
  return findings
}

function webApp(): Finding {
  if (existsSync(join(WEB_FOLDER, 'index.html'))) return { state: 'good', what: 'The web app is built' }
  return { state: 'bad', what: 'The web app is not built', remedy: 'npm start' }
}
