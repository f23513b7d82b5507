import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startGithub, type TestGithub } from '../../support/github.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { startOidcProvider, type TestProvider } from '../../support/oidc-provider.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import { askForCode, signUp } from './support.ts'

const FRONT = 'https://front.example.org'
const OAUTH = '/starter/api/auth/oauth'

let server: TestServer
let google: TestProvider
let github: TestGithub
before(async () => {
  ;[google, github] = await Promise.all([startOidcProvider(), startGithub()])
  const microsoft = `{ name: microsoft, issuer: '${google.issuer}', clientId: '${google.clientId}', clientSecret: '${google.clientSecret}' }`
  server = await startLatchkey({
    yaml: `apps:\n  - { contract: starter, prefix: /starter, frontendUrl: '${FRONT}' }\noidcProviders: [${microsoft}]\n`,
    providerPatienceMs: 1_000,
    env: {
      CSRF_ENABLED: 'false',
      OAUTH_GITHUB_CLIENT_ID: github.clientId,
      OAUTH_GITHUB_CLIENT_SECRET: github.clientSecret,
      OAUTH_GITHUB_URL: github.url,
    },
  })
})
after(async () => {
  await server.close()
  await Promise.all([google.close(), github.close()])
})

const me = (who: Visitor) => who.get('/starter/api/auth/me')
const locationOf = (answer: Answer): string => {
  assert.equal(answer.status, 302, answer.text)
  return answer.headers.get('location') ?? ''
}

/** From the start to what the provider sends back. */
async function goThere(who: Visitor, provider: string, login: string): Promise<string> {
  const url = locationOf(await who.get(`${OAUTH}/${provider}`))
  const back = await (provider === 'github' ? github : google).signIn(url, login)
  const { code, state } = back
  return `${OAUTH}/${provider}?${new URLSearchParams({ code, state })}`
}

async function signIn(who: Visitor, provider: string, login: string): Promise<string> {
  return locationOf(await who.get(await goThere(who, provider, login)))
}

function assertRefused(location: string, words: RegExp): void {
  const url = new URL(location)
  assert.equal(url.origin + url.pathname, `${FRONT}/login`)
  assert.match(url.searchParams.get('error') ?? '', words)
}

test('which providers are on, the answer to /providers tells; others are not there', async () => {
  const who = server.visitor()
  const { body } = await who.get('/starter/api/auth/providers')
  assert.deepEqual([body.google, body.github, body.microsoft], [false, true, true])
  const off = await who.get(`${OAUTH}/google`)
  assert.equal(off.status, 404)
  assert.deepEqual(off.body, { statusCode: 404, error: 'Not Found', message: 'Not Found' })
  assert.equal((await who.get(`${OAUTH}/__proto__`)).status, 404)
})

test('the start leads to the provider, and back to this path', async () => {
  const answer = await server.visitor().get(`${OAUTH}/microsoft`)
  const url = new URL(locationOf(answer))
  assert.equal(url.origin, google.issuer)
  assert.equal(url.searchParams.get('redirect_uri'), `${server.url}${OAUTH}/microsoft`)
  assert.equal(url.searchParams.get('scope'), 'openid email profile')
  const { line } = answer.cookies.get('bell-microsoft') ?? { line: '' }
  assert.match(line, /^bell-microsoft=[\w-]{43}; Max-Age=300; .*Path=\/starter; HttpOnly; SameSite=Lax$/)
  locationOf(await server.visitor().post(`${OAUTH}/github`))
})

test('somebody new gets an account with a name of ours, and is signed in', async () => {
  const who = server.visitor()
  const location = await signIn(who, 'github', 'Octo-Cat')
  assert.equal(location, `${FRONT}/dashboard`)
  const { user } = (await me(who)).body
  assert.deepEqual(
    [user.username, user.email],
    ['octocat', 'octo-cat@example.org'].map((text) => text.replace('octo-cat@', 'Octo-Cat@')),
  )
  // The name is taken now: a number is appended.
  github.people.set('octocat', {
    id: 77,
    login: 'octocat',
    emails: [{ email: 'second@example.org', primary: true, verified: true }],
  })
  const second = server.visitor()
  await signIn(second, 'github', 'octocat')
  assert.match((await me(second)).body.user.username, /^octocat\d{4}$/)
  // The identity signs in from now on, from any browser, at once twice.
  const again = server.visitor()
  assert.equal(await signIn(again, 'github', 'Octo-Cat'), `${FRONT}/dashboard`)
  assert.equal((await me(again)).body.user.id, user.id)
  const browsers = [server.visitor(), server.visitor(), server.visitor()]
  const paths: string[] = []
  for (const one of browsers) paths.push(await goThere(one, 'microsoft', 'raced'))
  const raced = await Promise.all(browsers.map((one, index) => one.get(paths[index] ?? '')))
  for (const answer of raced) assert.equal(locationOf(answer), `${FRONT}/dashboard`)
  const ids = await Promise.all(browsers.map(async (one) => (await me(one)).body.user.id))
  assert.equal(new Set(ids).size, 1)
})

test('A2: an account is linked by its address only where both sides are sure whose it is', async () => {
  const { email, username } = await signUp(server)
  google.people.set('linked', { sub: 'linked', email, email_verified: true })
  // Registered, never proved: its owner may be somebody else.
  const early = server.visitor()
  assertRefused(await signIn(early, 'microsoft', 'linked'), /cannot be linked to it/)
  assert.equal((await me(early)).status, 401)
  // Proved by a code.
  const owner = server.visitor()
  const code = await askForCode(server, email)
  assert.equal((await owner.post('/starter/api/auth/verify-code', { email, code })).status, 200)
  google.people.set('linked', { sub: 'linked', email, email_verified: false })
  assertRefused(await signIn(server.visitor(), 'microsoft', 'linked'), /has not verified this email/)
  google.people.set('linked', { sub: 'linked', email, email_verified: true })
  const who = server.visitor()
  assert.equal(await signIn(who, 'microsoft', 'linked'), `${FRONT}/dashboard`)
  assert.equal((await me(who)).body.user.username, username)
  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && /microsoft was added/i.test(subject),
  )
  assert.match(mail.text, /forgot-password/)
  // From now on by the identity, whatever the address says.
  google.people.set('linked', { sub: 'linked' })
  assert.equal(await signIn(server.visitor(), 'microsoft', 'linked'), `${FRONT}/dashboard`)
})

test('who says no, has no address, or whose provider is away is led back with words', async () => {
  const who = server.visitor()
  assertRefused(
    locationOf(await who.get(`${OAUTH}/github?error=access_denied`)),
    /^App rejected: access_denied$/,
  )
  const evil = encodeURIComponent('<script>alert(1)</script>')
  assertRefused(locationOf(await who.get(`${OAUTH}/github?error=${evil}`)), /^App rejected: access_denied$/)
  google.people.set('plain', { sub: 'plain' })
  assertRefused(await signIn(who, 'microsoft', 'plain'), /^No email provided by OAuth provider$/)
  const path = await goThere(who, 'microsoft', 'down')
  google.lie = { answer: { path: '/token', status: 503, body: '{}' } }
  assertRefused(locationOf(await who.get(path)), /does not answer/)
  google.lie = {}
})

test('D6: what one browser begins no other finishes, and nothing twice', async () => {
  const attacker = server.visitor()
  const path = await goThere(attacker, 'github', 'attacker')
  const victim = server.visitor()
  await victim.get(`${OAUTH}/github`)
  assertRefused(locationOf(await victim.get(path)), /another browser/)
  assert.equal(victim.jar.has('token'), false)
  assertRefused(locationOf(await attacker.get(path)), /another browser/)
  const other = await goThere(attacker, 'github', 'attacker')
  assertRefused(locationOf(await attacker.get(other.replace('/github?', '/microsoft?'))), /another browser/)
  assert.equal((await attacker.send('HEAD', other)).status, 404, 'a look spends nothing')
})

test('C2: who is shut out is led back, and linked to nothing', async () => {
  const who = server.visitor()
  await signIn(who, 'github', 'shut')
  const admin = server.visitor()
  await admin.post('/api/setup', { name: 'Olga', email: 'olga@example.org', password: 'harbour-lantern-61' })
  const { accounts } = (await admin.get('/api/admin/accounts?realm=starter&search=shut')).body
  await admin.post(`/api/admin/accounts/${accounts[0].uid}/disable`)
  assertRefused(await signIn(server.visitor(), 'github', 'shut'), /^Invalid credentials$/)
  google.people.set('same', { sub: 'same', email: 'shut@example.org', email_verified: true })
  assertRefused(await signIn(server.visitor(), 'microsoft', 'same'), /cannot be linked|Invalid credentials/)
})
