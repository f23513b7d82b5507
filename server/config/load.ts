import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import type { ContractSettings } from '../../contracts/contract.ts'
import type { ProviderSettings } from '../../engine/authenticators/oauth/provider.ts'
import type { PasswordPolicy, RealmPolicy } from '../../engine/realm.ts'
import type { StorageLocation } from '../../storage/database.ts'
import type { FilesLocation } from '../../storage/files/files.ts'
import { type AppConfig, resolveApps } from './apps.ts'
import { NotAllowed } from './kinds.ts'
import { readProviders } from './providers.ts'
import { type Setting, type SettingValues, settings } from './settings.ts'

export interface Config {
  /** The file that was read, if there was one. */
  file: string | undefined
  port: number
  host: string
  publicUrl: string
  dataDir: string
  storage: StorageLocation
  files: FilesLocation
  secret: string | undefined
  smtpUrl: string | undefined
  mailFrom: string
  cookieDomain: string | undefined
  isCookieSecure: boolean
  areCookiesPrefixed: boolean
  isRateLimited: boolean
  corsOrigins: string[]
  trustedProxies: string[]
  workers: number
  logLevel: string
  realms: Map<string, RealmPolicy>
  apps: AppConfig[]
  /** By which people may sign in from elsewhere. */
  providers: ProviderSettings[]
  contractSettings: ContractSettings
  /** Whom realms get for their first admin whose document gives them one; the document's if left out. */
  defaultAdmin: { identifier: string | undefined; password: string | undefined }
}

/** Everything that is wrong with the configuration, a sentence each, with the key's name. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** How the parent of several workers tells each the one code that it shows. */
export const WORKER_SETUP_CODE = 'LATCHKEY_WORKER_SETUP_CODE'
const DEFAULT_FILE = 'latchkey.yaml'
/** Nobody else's variables begin so; other names in an environment may be anybody's. */
const OUR_NAMES = /^LATCHKEY_/
const OUTSIDE = new Set(['LATCHKEY_CONFIG', WORKER_SETUP_CODE])

/**
 * Reads latchkey.yaml and the environment; the environment wins.
 *
 * @throws ConfigError naming every unknown key and every bad value, with what is allowed.
 */
export function loadConfig(env: NodeJS.ProcessEnv, cwd = process.cwd()): Config {
  const problems: string[] = []
  const { file, values: fromFile } = readFile(env, cwd, problems)
  const { realms: realmSection, apps: appSection, oidcProviders: providerSection, ...lines } = fromFile
  const values = readSettings(env, lines, file, problems)
  const config = assemble(values, { file, cwd, realmSection, appSection, providerSection }, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function readFile(
  env: NodeJS.ProcessEnv,
  cwd: string,
  problems: string[],
): { file: string | undefined; values: Record<string, unknown> } {
  const named = env.LATCHKEY_CONFIG
  const file = resolve(cwd, named || DEFAULT_FILE)
  if (!existsSync(file)) {
    if (named) problems.push(`LATCHKEY_CONFIG names ${file}, and there is no such file.`)
    return { file: undefined, values: {} }
  }
  try {
    const values: unknown = parseYaml(readFileSync(file, 'utf8'), { logLevel: 'error' }) ?? {}
    if (typeof values === 'object' && !Array.isArray(values))
      return { file, values: values as Record<string, unknown> }
    problems.push(`${file} must be a list of keys and values, such as "port: 3000".`)
  } catch (error) {
    problems.push(`${file} cannot be read: ${withoutContent(error as Error)}`)
  }
  return { file, values: {} }
}

function readSettings(
  env: NodeJS.ProcessEnv,
  lines: Record<string, unknown>,
  file: string | undefined,
  problems: string[],
): SettingValues {
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    const { env: variable, key, parse, isSecret, alsoEnv } = setting
    const fromEnv = env[variable] || (alsoEnv && env[alsoEnv])
    const fromFile = lines[key]
    if ((fromEnv === undefined || fromEnv === '') && (fromFile === undefined || fromFile === null)) continue
    const isFromEnv = fromEnv !== undefined && fromEnv !== ''
    const text = isFromEnv ? fromEnv : textOf(fromFile)
    try {
      if (text === undefined) throw new NotAllowed('one value, or a list of them')
      values[name] = parse(text)
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error
      const where = isFromEnv ? variable : `${key} in ${file}`
      problems.push(
        `${where} is ${isSecret || text === undefined ? 'not usable' : `"${text}"`}; allowed: ${error.message}.`,
      )
    }
  }
  const keys = new Set(Object.values(settings).map(({ key }) => key))
  for (const key of Object.keys(lines)) {
    if (!keys.has(key))
      problems.push(
        `${key} in ${file} is no setting. ${nearest(key, [...keys, 'realms', 'apps', 'oidcProviders'])}`,
      )
  }
  const variables = Object.values(settings).map((setting) => setting.env)
  for (const name of Object.keys(env)) {
    if (!OUR_NAMES.test(name) || OUTSIDE.has(name) || variables.includes(name)) continue
    problems.push(`${name} in the environment is no setting. ${nearest(name, variables)}`)
  }
  return values as SettingValues
}

/** What stands in a file as one value or a list of them, as the environment would have it. */
function textOf(value: unknown): string | undefined {
  const items = Array.isArray(value) ? value : [value]
  return items.some((item) => typeof item === 'object') ? undefined : items.join(',')
}

/** What a parser says, without what it shows of the file: a secret may stand there. */
function withoutContent(error: NodeJS.ErrnoException): string {
  if (error instanceof YAMLParseError) return error.message.split('\n')[0] ?? error.code
  if (error.code !== undefined) return error.message
  return 'a text that begins with * stands for another one unless it is quoted, and there is none.'
}

interface Sections {
  file: string | undefined
  cwd: string
  realmSection: unknown
  appSection: unknown
  providerSection: unknown
}

function assemble(
  values: SettingValues,
  { file, cwd, realmSection, appSection, providerSection }: Sections,
  problems: string[],
): Config {
  const port = values.port ?? 3_000
  const dataDir = resolve(cwd, values.dataDir ?? 'data')
  const publicUrl = values.publicUrl ?? `http://localhost:${port}`
  const providers = readProviders(values, providerSection, problems)
  const providerNames = providers.map(({ name }) => name)
  const { realms, apps } = resolveApps({ values, realmSection, appSection, providerNames, problems })
  if (values.referralAdminEmail !== undefined && values.referralAdminPassword === undefined) {
    problems.push('REFERRAL_ADMIN_EMAIL needs REFERRAL_ADMIN_PASSWORD beside it.')
  }
  for (const [name, { defaultAdmin, password }] of realms) {
    if (defaultAdmin) judgePreset(values.referralAdminPassword, name, password, problems)
  }
  return {
    file,
    port,
    host: values.host ?? '127.0.0.1',
    publicUrl,
    dataDir,
    storage: values.databaseUrl
      ? { kind: 'postgres', url: values.databaseUrl }
      : { kind: 'sqlite', path: join(dataDir, 'latchkey.sqlite') },
    files: locateFiles(values, dataDir, problems),
    secret: values.secret,
    smtpUrl: values.smtpUrl,
    mailFrom: values.mailFrom ?? `latchkey@${new URL(publicUrl).hostname}`,
    cookieDomain: values.cookieDomain,
    isCookieSecure: values.cookieSecure ?? publicUrl.startsWith('https:'),
    areCookiesPrefixed: wantsPrefixes(values),
    isRateLimited: values.rateLimit !== 'off',
    corsOrigins: values.corsOrigins ?? [],
    trustedProxies: values.trustProxy ?? [],
    workers: values.workers ?? 1,
    logLevel: values.logLevel ?? 'info',
    realms,
    apps,
    providers,
    contractSettings: {
      isEmailRequired: values.authPasswordRequireEmail ?? true,
      areExtrasOn: values.starterExtras ?? false,
      isCsrfTokenDue: values.csrfEnabled ?? false,
      isBasicAuthOn: values.referralBasicAuth ?? false,
      isDevelopment: values.environment === 'development',
      crmTimeZone: values.reminderTimezone ?? 'UTC',
      crmReminderTime: values.reminderTime ?? '12:00',
      crmSessionSeconds: (values.jwtExpiryHours ?? 96) * 3_600,
      isPlainCookieWanted: values.cookieSecure === false,
    },
    defaultAdmin: { identifier: values.referralAdminEmail, password: values.referralAdminPassword },
  }
}

function locateFiles(values: SettingValues, dataDir: string, problems: string[]): FilesLocation {
  const { filesS3Bucket: bucket, filesS3Region: region = 'us-east-1', filesS3Endpoint: endpoint } = values
  const { filesS3AccessKeyId: accessKeyId, filesS3SecretAccessKey: secretAccessKey } = values
  const others = [values.filesS3Region, endpoint, accessKeyId, secretAccessKey]
  if (bucket === undefined) {
    if (others.some((value) => value !== undefined)) problems.push('FILES_S3_BUCKET has to be set, too.')
    return { kind: 'disk', folder: join(dataDir, 'files') }
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    problems.push('FILES_S3_BUCKET needs FILES_S3_ACCESS_KEY_ID and FILES_S3_SECRET_ACCESS_KEY beside it.')
  }
  const keys = { accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' }
  return { kind: 's3', bucket, region, endpoint, ...keys }
}

/** Browsers refuse prefixed cookies that are not for https; while somebody develops, the names stay plain. */
function wantsPrefixes({ communityCookiePrefix, environment, cookieSecure }: SettingValues): boolean {
  return communityCookiePrefix === true && environment !== 'development' && cookieSecure !== false
}

/** Too short or too long is told before anything starts; what attackers try first, when the admin is made. */
function judgePreset(
  preset: string | undefined,
  realm: string,
  { lengthMin, lengthMax }: PasswordPolicy,
  problems: string[],
): void {
  const length = preset === undefined ? lengthMin : [...preset].length
  if (length >= lengthMin && length <= lengthMax) return
  problems.push(
    `REFERRAL_ADMIN_PASSWORD is not usable; allowed in realm ${realm}: ${lengthMin} to ${lengthMax} characters.`,
  )
}

/** "Did you mean …", when one of the names is near enough. */
export function nearest(name: string, names: string[]): string {
  const near = names
    .map((candidate) => ({ candidate, distance: distanceOf(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  return near && near.distance <= 3 ? `Did you mean ${near.candidate}?` : `Known: ${names.join(', ')}.`
}

/** Levenshtein's: letters to change, add or leave out. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
