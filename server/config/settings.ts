import {
  accountName,
  anyText,
  cidrs,
  environment,
  flag,
  integer,
  oneOf,
  onUnlessFalse,
  origins,
  parseDuration,
  parseOrigin,
  parseProviderUrl,
  secret,
  someText,
  timeOfDay,
  timeZone,
  url,
} from './kinds.ts'

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
