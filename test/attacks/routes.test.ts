/** Every route of every app says who may call it, and is held to it. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { pino } from 'pino'
import type { HouseFacts } from '../../contracts/contract.ts'
import { signUpWithPassword } from '../../engine/accounts/sign-up-with-password.ts'
import { openRealm } from '../../engine/create-engine.ts'
import { defaultPolicy, type Realm } from '../../engine/realm.ts'
import { signSessionToken } from '../../engine/sessions/session-token.ts'
import { buildApp } from '../../server/build-app.ts'
import { loadConfig } from '../../server/config/load.ts'
import { internalPrefixOf } from '../../server/http/hosts.ts'
import { WEB_FOLDER } from '../../server/pages.ts'
import { startEngine, type TestEngine, testClient } from '../support/engine.ts'
import { PASSWORD } from './people.ts'

/** Public on purpose. Whoever adds one adds it here, and says in its test why nobody needs to be signed in. */
const PUBLIC = [
  'GET /api/.well-known/jwks.json',
  'GET /api/docs',
  'GET /api/docs/:file',
  'GET /api/docs/start.js',
  'GET /api/openapi.json',
  'GET /api/start',
  'GET /api/user-images/:file',
  'GET /community/.well-known/jwks.json',
  'GET /community/health-check',
  'GET /community/openapi.json',
  // As public as the profiles that show them.
  'GET /community/user-images/:file',
  'GET /community/v0/action-logs',
  'GET /community/v0/auth/oauth/github/authorize',
  'GET /community/v0/auth/oauth/google/authorize',
  'GET /community/v0/eventstream/actions',
  'GET /community/v0/search/users',
  'GET /community/v0/users/handle/:handle/available',
  'GET /community/v0/users/profile',
  'GET /community/v0/users/profile/id',
  'GET /crm/.well-known/jwks.json',
  // A web client asks before it shows its sign-in page.
  'GET /crm/auth/oidc/config',
  'GET /crm/docs',
  'GET /crm/docs/:file',
  'GET /crm/docs/start.js',
  'GET /crm/openapi.json',
  'GET /referral/.well-known/jwks.json',
  'GET /referral/api/auth/verify-token',
  'GET /referral/api/ping',
  'GET /referral/docs',
  'GET /referral/docs/:file',
  'GET /referral/docs/start.js',
  'GET /referral/openapi.json',
  'GET /salon/.well-known/jwks.json',
  'GET /salon/api/auth/setup-status',
  'GET /salon/docs',
  'GET /salon/docs/:file',
  'GET /salon/docs/start.js',
  'GET /salon/openapi.json',
  'GET /starter/.well-known/jwks.json',
  'GET /starter/api/auth/oauth/:provider',
  'GET /starter/api/auth/providers',
  'GET /starter/api/health',
  'GET /starter/docs',
  'GET /starter/docs/:file',
  'GET /starter/docs/start.js',
  'GET /starter/openapi.json',
  'POST /api/accounts',
  'POST /api/email-confirmation',
  'POST /api/email-confirmation/look',
  'POST /api/password-strength',
  'POST /api/recovery',
  'POST /api/recovery/complete',
  'POST /api/setup',
  'POST /api/sign-in/code',
  'POST /api/sign-in/code/verify',
  'POST /api/sign-in/passkey',
  'POST /api/sign-in/passkey/options',
  'POST /api/sign-in/password',
  'POST /api/sign-in/providers/:provider',
  'POST /api/sign-in/providers/:provider/finish',
  'POST /api/sign-in/second-step',
  'POST /api/sign-out',
  // By the token of a sign-up that was begun at a provider.
  'POST /api/sign-up/provider',
  'POST /api/sign-up/provider/username',
  'POST /community/v0/auth/complete-signup',
  'POST /community/v0/auth/confirm-email-change',
  'POST /community/v0/auth/forgot-password',
  'POST /community/v0/auth/login',
  'POST /community/v0/auth/oauth/github/login',
  'POST /community/v0/auth/oauth/google/login',
  'POST /community/v0/auth/reset-password',
  'POST /community/v0/auth/totp/verify',
  'POST /community/v0/auth/verify-email',
  'POST /community/v0/users',
  // People need it before they have an account.
  'POST /crm/check-password-strength',
  'POST /crm/login',
  'POST /crm/logout',
  'POST /crm/password-reset/confirm',
  'POST /crm/password-reset/request',
  'POST /crm/register',
  'POST /referral/api/auth/login',
  'POST /referral/api/auth/send-password-reset-link',
  'POST /referral/api/auth/signup',
  // By a token that only who was signed in was given.
  'POST /referral/api/auth/verify-otp',
  // By address and current password: a sign-in in disguise, as documented.
  'POST /salon/api/auth/change-password',
  'POST /salon/api/auth/forgot-password',
  'POST /salon/api/auth/login',
  'POST /salon/api/auth/refresh',
  'POST /salon/api/auth/reset-password',
  'POST /salon/api/auth/setup',
  'POST /starter/api/auth/forgot-password',
  'POST /starter/api/auth/login',
  'POST /starter/api/auth/logout',
  'POST /starter/api/auth/oauth/:provider',
  'POST /starter/api/auth/register',
  'POST /starter/api/auth/reset-password',
  'POST /starter/api/auth/send-code',
  'POST /starter/api/auth/verify-code',
]

let parts: TestEngine
let fastify: FastifyInstance
const routes: { method: string; url: string; route: RouteOptions }[] = []
/** What is no app's: it may be files of the web app, and nothing else. */
const besides: { method: string; url: string }[] = []
const realms = new Map<string, Realm>()

before(async () => {
  parts = await startEngine()
  const { engine, storage } = parts
  const config = loadConfig({ DATA_DIR: '/nowhere' })
  for (const [name, policy] of config.realms) realms.set(name, await openRealm(engine, { name, policy }))
  const house: HouseFacts = {
    version: '0',
    publicUrl: config.publicUrl,
    mail: 'captured',
    apps: [],
    setupCode: undefined,
    realms,
  }
  const logger = pino({ level: 'silent' })
  fastify = buildApp({ config, engine, storage, realms, house, logger })
  fastify.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || method === 'OPTIONS') continue
      const isApp = config.apps.some((app) => route.url.startsWith(`${internalPrefixOf(app)}/`))
      if (isApp) routes.push({ method, url: route.url, route })
      else besides.push({ method, url: route.url })
    }
  })
  await fastify.ready()
})
after(async () => {
  await fastify.close()
  await parts.close()
})

/** The app that a route belongs to, by where it is mounted. */
function appOf(url: string): { app: string; realm: string; cookie: string } {
  if (url.startsWith('/starter/')) return { app: 'starter', realm: 'starter', cookie: 'token' }
  if (url.startsWith('/referral/')) return { app: 'referral', realm: 'referral', cookie: 'token' }
  if (url.startsWith('/crm/')) return { app: 'crm', realm: 'main', cookie: 'auth_token' }
  if (url.startsWith('/community/')) return { app: 'community', realm: 'community', cookie: 'session_id' }
  if (url.startsWith('/salon/')) return { app: 'salon', realm: 'salon', cookie: 'token' }
  // Ours is there once for each realm, with a cookie of its own.
  const [, name] = /^\/api\/realms\/([^/]+)\//.exec(url) ?? []
  if (name) return { app: `latchkey-${name}`, realm: name, cookie: `latchkey-${name}` }
  return { app: 'latchkey', realm: 'main', cookie: 'latchkey' }
}

async function tokenFor(app: string, realmName: string): Promise<string> {
  const realm = realms.get(realmName)
  assert.ok(realm)
  const username = `r${Math.trunc(performance.now() * 1000)}`
  const made = await signUpWithPassword(parts.engine, {
    realm: { ...realm, policy: { ...defaultPolicy } },
    client: testClient({ app }),
    username,
    email: `${username}@example.com`,
    password: PASSWORD,
  })
  assert.ok(made.ok)
  return made.value.token
}

test('every route says who may call it, and the public ones are those that were meant', () => {
  assert.ok(routes.length > PUBLIC.length, 'there are routes')
  const silent = routes.filter(
    ({ route }) => !['public', 'session', 'admin', 'recovery'].includes(String(route.config?.access)),
  )
  assert.deepEqual(
    silent.map(({ method, url }) => `${method} ${url}`),
    [],
  )
  const open = routes.filter(({ route }) => route.config?.access === 'public')
  // Our own API is the same for every realm.
  const names = new Set(
    open.map(({ method, url }) => `${method} ${url.replace(/^\/api\/realms\/[^/]+/, '/api')}`),
  )
  assert.deepEqual([...names].sort(), PUBLIC)
})

test('what belongs to no app is a file of the web app', () => {
  for (const { method, url } of besides) {
    assert.equal(method, 'GET', url)
    assert.ok(existsSync(join(WEB_FOLDER, url)), url)
  }
})

test('what is for administrators of our own API says so in its path, and the other way round', () => {
  for (const { url, route } of routes.filter(({ url }) => url.startsWith('/api/'))) {
    assert.equal(route.config?.access === 'admin', /^\/api\/(realms\/[^/]+\/)?admin\//.test(url), url)
  }
})

test('every other route answers 401 to nobody, to a forged token, and to a genuine one of another app or realm', async () => {
  const closed = routes.filter(({ route }) => route.config?.access !== 'public')
  assert.ok(closed.length >= 10, `${closed.length} routes need a session`)
  const ofStarter = await tokenFor('starter', 'starter')
  const ofLatchkey = await tokenFor('latchkey', 'main')
  const [head = '', body = ''] = ofLatchkey.split('.')
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'session+jwt' })).toString('base64url')
  for (const { method, url } of closed) {
    const { app, realm, cookie } = appOf(url)
    const foreign = app === 'starter' ? ofLatchkey : ofStarter
    const ofMain = realm === 'main' ? ofStarter : ofLatchkey
    const path = url.replaceAll(/:\w+/g, '019a0000-0000-7000-8000-000000000000')
    const credentials: Record<string, string>[] = [
      {},
      { cookie: `${cookie}=` },
      { cookie: `${cookie}=x` },
      { cookie: `${cookie}=${none}.${body}.` },
      { cookie: `${cookie}=${head}.${body}.${'A'.repeat(86)}` },
      { cookie: `${cookie}=${foreign}` },
      { authorization: `Bearer ${foreign}` },
      { authorization: `Bearer ${ofMain}` },
      { authorization: 'Bearer x' },
      { authorization: 'Basic eDp4' },
    ]
    for (const headers of credentials) {
      const answer = await fastify.inject({ method: method as 'GET', url: path, headers })
      assert.equal(answer.statusCode, 401, `${method} ${url} with ${JSON.stringify(headers)}: ${answer.body}`)
    }
  }
  // The tokens are good where they belong, so that the refusals above mean something.
  const own = await fastify.inject({ url: '/api/account', headers: { cookie: `latchkey=${ofLatchkey}` } })
  assert.equal(own.statusCode, 200)
  const theirs = await fastify.inject({
    url: '/starter/api/auth/me',
    headers: { cookie: `token=${ofStarter}` },
  })
  assert.equal(theirs.statusCode, 200)
})

test('E2: every route for administrators answers 403 to a user', async () => {
  const forAdmins = routes.filter(({ route }) => route.config?.access === 'admin')
  assert.ok(forAdmins.length >= 2)
  for (const { method, url } of forAdmins) {
    const { app, realm } = appOf(url)
    const token = await tokenFor(app, realm)
    const path = url.replaceAll(/:\w+/g, '019a0000-0000-7000-8000-000000000000')
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fastify.inject({ method: method as 'GET', url: path, headers })
    assert.equal(answer.statusCode, 403, `${method} ${url}: ${answer.body}`)
    const { code, details, error } = answer.json()
    assert.equal((code ?? details?.code ?? error).toLowerCase(), 'forbidden')
  }
})

test('a token is looked up by its session: one that was never opened is worth nothing, though we signed it', async () => {
  const realm = realms.get('main')
  assert.ok(realm)
  const now = parts.clock.now()
  const session = {
    id: '019a0000-0000-7000-8000-000000000001',
    realmId: realm.id,
    accountId: 1,
    app: 'latchkey',
    method: 'password',
    userAgent: null,
    address: null,
    isPersistent: true,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + 3_600_000,
  }
  const accountUid = '019a0000-0000-7000-8000-000000000002'
  const token = await signSessionToken(parts.engine, { realm, session, accountUid })
  const answer = await fastify.inject({ url: '/api/account', headers: { cookie: `latchkey=${token}` } })
  assert.equal(answer.statusCode, 401)
})
