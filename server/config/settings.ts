import ipaddr from 'ipaddr.js'
import { parseEmailAddress } from '../../engine/accounts/email-address.ts'
import { isUsername } from '../../engine/accounts/username.ts'

/** One setting: its variable in the environment, its key in latchkey.yaml, and what it may be. */
export interface Setting<T> {
  env: string
  key: string
  /** Shown in `--help` and in the documentation. */
  meaning: string
  /** What stands there when nothing is set, in words. */
  fallback: string
  /** @throws NotAllowed with what is allowed. */
  parse(text: string): T
  /** Never shown, by `doctor` or in an error. */
  isSecret?: boolean
  /** Another name of the variable that is taken too. */
  alsoEnv?: string
}

/** A value that cannot be: the message says what can. */
export class NotAllowed extends Error {
  override name = 'NotAllowed'
}

const setting = <T>(
  env: string,
  fallback: string,
  meaning: string,
  parse: (text: string) => T,
  isSecret = false,
): Setting<T> => ({ env, key: keyOf(env), fallback, meaning, parse, isSecret })

/** `SMTP_URL` in the environment is `smtpUrl` in the file. */
function keyOf(env: string): string {
  return env.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new NotAllowed(`a whole number from ${min} to ${max}`)
    }
    return value
  }

const oneOf =
  <const T extends string>(...values: T[]) =>
  (text: string): T => {
    const found = values.find((value) => value === text)
    if (found === undefined) throw new NotAllowed(values.join(', '))
    return found
  }

/** Also in short, as the document has it. */
const environment = (text: string): 'production' | 'development' => {
  const found = oneOf('production', 'development', 'dev')(text)
  return found === 'dev' ? 'development' : found
}

const anyText = (text: string): string => text

const someText = (text: string): string => {
  if (text.trim() === '') throw new NotAllowed('a text')
  return text.trim()
}

/** As the documents have it: only the exact word `false` switches off what is on, and so on. */
const onUnlessFalse = (text: string): boolean => text !== 'false'

const flag = (text: string): boolean => {
  if (/^(true|1|t|yes|on)$/i.test(text)) return true
  if (/^(false|0|f|no|off)$/i.test(text)) return false
  throw new NotAllowed('true or false')
}

/** What somebody signs in by. */
const accountName = (text: string): string => {
  const name = text.trim()
  if (!parseEmailAddress(name) && !isUsername(name, 3, 30)) {
    throw new NotAllowed('an e-mail address, or a name of 3 to 30 letters and digits')
  }
  return name
}

const url =
  (...protocols: string[]) =>
  (text: string): string => {
    const parsed = URL.parse(text)
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new NotAllowed(`an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    }
    return text
  }

/** @returns the origin alone, without a path or a slash at its end. */
export function parseOrigin(text: string): string {
  const parsed = URL.parse(text)
  const isOrigin = parsed && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/' && !parsed.search
  if (!isOrigin || parsed.username)
    throw new NotAllowed('an origin such as https://id.example.org, without a path')
  return parsed.origin
}

/** This machine, a name without a dot as containers of one network have, or an address of a private network. */
const NEAR_HOST =
  /^(localhost|[a-z0-9-]+|\[::1\]|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+)$/i

/**
 * The address of a provider. Without https anybody on the way could answer in its place: only near by, for tests.
 *
 * @returns it without a slash at its end.
 */
export function parseProviderUrl(text: string): string {
  const parsed = URL.parse(text)
  const isNear = parsed?.protocol === 'http:' && NEAR_HOST.test(parsed.hostname)
  if (
    !parsed ||
    (parsed.protocol !== 'https:' && !isNear) ||
    parsed.search ||
    parsed.hash ||
    parsed.username
  ) {
    throw new NotAllowed(
      'an address that begins with https://, or with http:// on this machine or its own network',
    )
  }
  return text.replace(/\/+$/, '')
}

const origins = (text: string): string[] => list(text).map(parseOrigin)

const cidrs = (text: string): string[] =>
  list(text).map((item) => {
    // The library would also read 1 and 0x7f000001 as addresses: nobody means them.
    if (!item.includes(':') && !/^\d+\.\d+\.\d+\.\d+(\/|$)/.test(item)) {
      throw new NotAllowed('addresses or networks such as 10.0.0.0/8, separated by commas')
    }
    if (ipaddr.isValid(item)) return `${item}/${ipaddr.parse(item).kind() === 'ipv4' ? 32 : 128}`
    if (ipaddr.isValidCIDR(item)) return item
    throw new NotAllowed('addresses or networks such as 10.0.0.0/8, separated by commas')
  })

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** `7d`, `12h`, `30m`, `45s`, or a number of seconds. @returns seconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)([dhms]?)$/.exec(text.trim()) ?? []
  const seconds = { d: 86_400, h: 3_600, m: 60, s: 1 }[unit || 's']
  if (amount === undefined || seconds === undefined)
    throw new NotAllowed('a length of time such as 7d, 12h or 30m')
  const value = Number(amount) * seconds
  if (value < 60 || value > 400 * 86_400) throw new NotAllowed('a length of time from 1m to 400d')
  return value
}

const secret = (text: string): string => {
  if (text.length < 32) throw new NotAllowed('at least 32 characters; make one with: openssl rand -base64 48')
  return text
}

/** `08:30`. */
const timeOfDay = (text: string): string => {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) throw new NotAllowed('a time such as 08:30')
  return text
}

/** A name of the time zone database. */
const timeZone = (text: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw new NotAllowed('a time zone such as Europe/Berlin or UTC')
  }
}

/** Everything that can be set in one line. Realms and apps have sections of their own in latchkey.yaml. */
export const settings = {
  port: setting(
    'PORT',
    '3000',
    'the port it listens on; 0 picks a free one and prints it',
    integer(0, 65_535),
  ),
  host: setting('HOST', '127.0.0.1', 'the address it listens on', anyText),
  publicUrl: setting(
    'PUBLIC_URL',
    'http://localhost:$PORT',
    'the origin that links are built on',
    parseOrigin,
  ),
  dataDir: setting('DATA_DIR', './data', 'SQLite file, pictures, the generated secret', anyText),
  databaseUrl: setting(
    'DATABASE_URL',
    'SQLite in DATA_DIR',
    'postgres://… for PostgreSQL',
    url('postgres:', 'postgresql:'),
    true,
  ),
  filesS3Bucket: setting(
    'FILES_S3_BUCKET',
    'none: a folder in DATA_DIR',
    'a bucket of S3, or of what speaks like it, for pictures',
    anyText,
  ),
  filesS3Region: setting('FILES_S3_REGION', 'us-east-1', 'the region of the bucket', anyText),
  filesS3Endpoint: setting(
    'FILES_S3_ENDPOINT',
    'Amazon’s',
    'where another service of that kind answers, https://…',
    url('https:', 'http:'),
  ),
  filesS3AccessKeyId: setting('FILES_S3_ACCESS_KEY_ID', 'none', 'the key for the bucket', anyText),
  filesS3SecretAccessKey: setting(
    'FILES_S3_SECRET_ACCESS_KEY',
    'none',
    'the secret of that key',
    anyText,
    true,
  ),
  secret: setting('SECRET', 'generated into DATA_DIR', 'the root of all keys', secret, true),
  smtpUrl: setting(
    'SMTP_URL',
    'none: mail is printed on the console',
    'smtp://user:pass@host:port, or smtps://',
    url('smtp:', 'smtps:'),
    true,
  ),
  mailFrom: setting('MAIL_FROM', 'latchkey@ the host of PUBLIC_URL', 'the sender of mails', anyText),
  cookieDomain: setting('COOKIE_DOMAIN', 'none', 'the domain of cookies, where a document knows it', anyText),
  cookieSecure: setting(
    'COOKIE_SECURE',
    'on when PUBLIC_URL is https',
    'whether cookies ask for https',
    flag,
  ),
  authPasswordEnabled: setting(
    'AUTH_PASSWORD_ENABLED',
    'true',
    'starter: sign-up and sign-in with a password',
    onUnlessFalse,
  ),
  authEmailCodeEnabled: setting(
    'AUTH_EMAIL_CODE_ENABLED',
    'true',
    'starter: sign-in with a code by e-mail',
    onUnlessFalse,
  ),
  authPasswordRequireEmail: setting(
    'AUTH_PASSWORD_REQUIRE_EMAIL',
    'true',
    'starter: whether registering needs an address',
    onUnlessFalse,
  ),
  jwtExpiry: setting('JWT_EXPIRY', '7d', 'starter: how long a session and its cookie last', parseDuration),
  jwtExpiryHours: setting(
    'JWT_EXPIRY_HOURS',
    '96',
    'crm: how many hours a session and its cookie last',
    integer(1, 8_760),
  ),
  reminderTime: setting(
    'REMINDER_TIME',
    '12:00',
    'crm: from when on the mail of the day is written, in that time zone',
    timeOfDay,
  ),
  reminderTimezone: setting(
    'REMINDER_TIMEZONE',
    'UTC',
    'crm: where days begin, for birthdays and reminders; such as Europe/Berlin',
    timeZone,
  ),
  csrfEnabled: setting('CSRF_ENABLED', 'false', 'starter: demand the CSRF token of version 1.1', flag),
  referralAdminEmail: setting(
    'REFERRAL_ADMIN_EMAIL',
    'admin',
    'referral: address, or name, of the admin made at the first start',
    accountName,
  ),
  referralAdminPassword: setting(
    'REFERRAL_ADMIN_PASSWORD',
    'admin, from this machine alone and only to be changed',
    'referral: password of the admin made at the first start',
    anyText,
    true,
  ),
  referralBasicAuth: setting(
    'REFERRAL_BASIC_AUTH',
    'false',
    'referral: take address and password with each request (HTTP Basic)',
    flag,
  ),
  starterExtras: setting('STARTER_EXTRAS', 'false', 'starter: show the display name of version 1.1', flag),
  communityCookiePrefix: setting(
    'COMMUNITY_COOKIE_PREFIX',
    'false',
    'community: put __Host- (with COOKIE_DOMAIN __Secure-) before the names of cookies',
    flag,
  ),
  environment: setting(
    'ENVIRONMENT',
    'production',
    'community: development tells more in errors, and has a page about the API',
    environment,
  ),
  oauthGoogleClientId: setting(
    'OAUTH_GOOGLE_CLIENT_ID',
    'none',
    'sign-in with Google: what Google calls this server',
    someText,
  ),
  oauthGoogleClientSecret: {
    ...setting('OAUTH_GOOGLE_CLIENT_SECRET', 'none', 'its secret at Google', someText, true),
    alsoEnv: 'OAUTH_GOOGLE_SECRET',
  },
  oauthGoogleIssuer: setting(
    'OAUTH_GOOGLE_ISSUER',
    'https://accounts.google.com',
    'another OpenID provider in its place',
    parseProviderUrl,
  ),
  oauthGithubClientId: setting(
    'OAUTH_GITHUB_CLIENT_ID',
    'none',
    'sign-in with GitHub: what GitHub calls this server',
    someText,
  ),
  oauthGithubClientSecret: {
    ...setting('OAUTH_GITHUB_CLIENT_SECRET', 'none', 'its secret at GitHub', someText, true),
    alsoEnv: 'OAUTH_GITHUB_SECRET',
  },
  oauthGithubUrl: setting(
    'OAUTH_GITHUB_URL',
    'https://github.com',
    'a GitHub Enterprise Server in its place',
    parseProviderUrl,
  ),
  oauthGithubApiUrl: setting(
    'OAUTH_GITHUB_API_URL',
    'https://api.github.com, or /api/v3 of OAUTH_GITHUB_URL',
    'where its API is',
    parseProviderUrl,
  ),
  rateLimit: setting('RATE_LIMIT', 'on', 'off for load tests only', oneOf('on', 'off')),
  corsOrigins: setting('CORS_ORIGINS', 'none', 'origins whose pages may call the APIs', origins),
  trustProxy: setting('TRUST_PROXY', 'none', 'proxies whose X-Forwarded-For is believed', cidrs),
  workers: setting('WORKERS', '1', 'processes that share the port', integer(1, 64)),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    'how much is logged',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ),
} satisfies Record<string, Setting<unknown>>

export type SettingValues = { [Key in keyof typeof settings]?: ReturnType<(typeof settings)[Key]['parse']> }
