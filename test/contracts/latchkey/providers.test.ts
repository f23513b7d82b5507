import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt, totpStep } from '../../../engine/authenticators/totp/algorithm.ts'
import { startGithub, type TestGithub } from '../../support/github.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { startOidcProvider, type TestProvider } from '../../support/oidc-provider.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import { assertOk, assertProblem, newAddress, PASSWORD, setUp, signUp, signUpWithCode } from './support.ts'

let server: TestServer
let google: TestProvider
let github: TestGithub
let operator: Visitor
before(async () => {
  ;[google, github] = await Promise.all([startOidcProvider(), startGithub()])
  const yaml = `oidcProviders:
  - { name: company, title: Our Company, issuer: '${google.issuer}', clientId: '${google.clientId}', clientSecret: '${google.clientSecret}' }
  - { name: away, title: Away, issuer: 'http://localhost:9', clientId: x, clientSecret: y }
realms:
  salon: { providers: none }
  referral: { signUp: closed }
`
  server = await startLatchkey({
    yaml,
    providerPatienceMs: 1_000,
    env: {
      OAUTH_GOOGLE_CLIENT_ID: google.clientId,
      OAUTH_GOOGLE_CLIENT_SECRET: google.clientSecret,
      OAUTH_GOOGLE_ISSUER: google.issuer,
      OAUTH_GITHUB_CLIENT_ID: github.clientId,
      OAUTH_GITHUB_CLIENT_SECRET: github.clientSecret,
      OAUTH_GITHUB_URL: github.url,
    },
  })
  operator = await setUp(server)
})
after(async () => {
  await server.close()
  await Promise.all([google.close(), github.close()])
})

const API = '/api'
let people = 0
const newLogin = (): string => `own${++people}`
const begin = (who: Visitor, provider: string, api = API) => who.post(`${api}/sign-in/providers/${provider}`)
const finish = (who: Visitor, provider: string, body: object, api = API) =>
  who.post(`${api}/sign-in/providers/${provider}/finish`, body)
const complete = (who: Visitor, body: object, api = API) => who.post(`${api}/sign-up/provider`, body)
const beginLink = (who: Visitor, provider: string, password: string | null = PASSWORD) =>
  who.post(`${API}/account/connections/${provider}`, password === null ? {} : { password })
const finishLink = (who: Visitor, provider: string, body: object) =>
  who.post(`${API}/account/connections/${provider}/finish`, body)
const unlink = (who: Visitor, provider: string) => who.delete(`${API}/account/connections/${provider}`)
const connections = async (who: Visitor) => (await who.get(`${API}/account/connections`)).body.connections

async function back(url: string, provider: string, login: string) {
  const { code, state } = await (provider === 'github' ? github : google).signIn(url, login)
  return { code, state }
}

async function signIn(who: Visitor, provider: string, login: string, api = API): Promise<Answer> {
  const begun = await begin(who, provider, api)
  assertOk(begun)
  return finish(who, provider, await back(begun.body.url, provider, login), api)
}

async function link(
  who: Visitor,
  provider: string,
  login: string,
  password?: string | null,
): Promise<Answer> {
  const begun = await beginLink(who, provider, password)
  assertOk(begun)
  return finishLink(who, provider, await back(begun.body.url, provider, login))
}

async function newcomerBy(provider: string, login = newLogin()): Promise<{ who: Visitor; login: string }> {
  const who = server.visitor()
  const { signUp } = (await signIn(who, provider, login)).body
  assertOk(await complete(who, { token: signUp.token, username: signUp.username }), 201)
  return { who, login }
}

test('the start tells the providers of the realm, and nothing more of them', async () => {
  const who = server.visitor()
  const { providers } = (await who.get('/api/start')).body
  assert.deepEqual(providers, [
    { name: 'google', title: 'Google' },
    { name: 'github', title: 'GitHub' },
    { name: 'company', title: 'Our Company' },
    { name: 'away', title: 'Away' },
  ])
  assert.deepEqual((await who.get('/api/realms/salon/start')).body.providers, [])
  assertProblem(await begin(who, 'google', '/api/realms/salon'), 404, 'provider_unknown')
  assertProblem(await begin(who, 'nobody'), 404, 'provider_unknown')
  assertProblem(await begin(who, '__proto__'), 404, 'provider_unknown')
  assertProblem(await begin(who, 'away'), 502, 'provider_unavailable')
})

test('a new identity chooses a name, and is signed in with a proved address and no password', async () => {
  const who = server.visitor()
  google.people.set('zoe', {
    sub: 'zoe-1',
    email: 'Zoe@provider.example',
    email_verified: true,
    name: 'Zoë Łukasiewicz',
    preferred_username: 'zoë.l',
  })
  const begun = await begin(who, 'google')
  const url = new URL(begun.body.url)
  assert.equal(url.searchParams.get('redirect_uri'), `${server.server.house.publicUrl}/sign-in/with/google`)
  const { line } = begun.cookies.get('latchkey-flow') ?? { line: '' }
  assert.match(line, /^latchkey-flow=[\w-]{43}; Max-Age=900; .*Path=\/; HttpOnly; SameSite=Lax$/)
  const answer = await finish(who, 'google', await back(url.href, 'google', 'zoe'))
  assertOk(answer, 202)
  const { token, ...told } = answer.body.signUp
  assert.deepEqual(told, { email: 'Zoe@provider.example', name: 'Zoë Łukasiewicz', username: 'zoel' })
  const free = (username: string) => who.post('/api/sign-up/provider/username', { token, username })
  assert.deepEqual((await free('zoel')).body, { available: true })
  for (const no of ['ab', 'zoë', 'a b c']) assert.deepEqual((await free(no)).body, { available: false }, no)
  await operator.patch('/api/account', { username: 'olga' })
  assert.deepEqual((await free('OLGA')).body, { available: false })
  assertProblem(await complete(who, { token, username: 'ab' }), 422, 'username_not_valid')
  assertProblem(await complete(who, { token, username: 'olga' }), 409, 'username_taken')
  const done = await complete(who, { token, username: 'zoel', language: 'de' })
  assertOk(done, 201)
  const { account } = done.body
  assert.partialDeepStrictEqual(account, {
    email: 'Zoe@provider.example',
    username: 'zoel',
    name: 'Zoë Łukasiewicz',
    hasPassword: false,
    language: 'de',
    role: 'user',
  })
  assert.ok(account.emailProvedAt)
  assertOk(await who.get('/api/account'))
  const again = server.visitor()
  const signedIn = await signIn(again, 'google', 'zoe')
  assertOk(signedIn)
  assert.equal(signedIn.body.account.uid, account.uid)
  const { sessions } = (await again.get('/api/account/sessions')).body
  assert.equal(sessions.find(({ current }: { current: boolean }) => current).method, 'oauth:google')
  // The same name at another provider is somebody else.
  const other = await signIn(server.visitor(), 'company', 'zoe')
  assertProblem(other, 409, 'provider_email_taken')
})

test('a suggestion is free and fits, whatever the provider says', async () => {
  await newcomerBy('github', 'octo-cat')
  const second = await signIn(server.visitor(), 'google', 'octocat')
  assert.match(second.body.signUp.username, /^personoctocat$/)
  google.people.set('strange', {
    sub: 'strange',
    email: 'x@provider.example',
    email_verified: true,
    name: '🎉',
    preferred_username: '../..',
  })
  const odd = (await signIn(server.visitor(), 'google', 'strange')).body.signUp
  assert.match(odd.username, /^user(\d{4})?$/)
  assert.equal(odd.name, '🎉')
})

test('D6, C13: what one browser begins no other finishes', async () => {
  const attacker = server.visitor()
  const begun = await begin(attacker, 'google')
  const theirs = await back(begun.body.url, 'google', newLogin())
  const victim = server.visitor()
  await begin(victim, 'github')
  assertProblem(await finish(victim, 'google', theirs), 410, 'provider_state_over')
  assertProblem(await finish(attacker, 'google', theirs), 410, 'provider_state_over')
  const { signUp } = (await signIn(attacker, 'google', newLogin())).body
  const { token } = signUp
  for (const thief of [victim, server.visitor()]) {
    assertProblem(await complete(thief, { token, username: 'thief1' }), 410, 'sign_up_over')
    const look = await thief.post('/api/sign-up/provider/username', { token, username: 'thief1' })
    assertProblem(look, 410, 'sign_up_over')
  }
  // Two cookies of one name: nobody can say which is theirs (cookie tossing).
  const flow = attacker.jar.get('latchkey-flow')
  const cookie = `latchkey-flow=${flow}; latchkey-flow=${'x'.repeat(43)}`
  const tossed = await server
    .visitor()
    .post('/api/sign-up/provider', { token, username: 'thief1' }, { headers: { cookie } })
  assertProblem(tossed, 410, 'sign_up_over')
  assertOk(await complete(attacker, { token, username: 'rightful' }), 201)
  // Another site cannot begin, finish or complete anything.
  for (const path of ['/sign-in/providers/google', '/sign-in/providers/google/finish', '/sign-up/provider']) {
    const headers = { origin: 'https://evil.example' }
    assertProblem(await server.visitor().post(`/api${path}`, {}, { headers }), 403, 'cross_site')
  }
})

test('A4, E3: a state is its provider’s, its app’s and its realm’s', async () => {
  const who = server.visitor()
  const begun = await begin(who, 'google')
  const one = await back(begun.body.url, 'google', newLogin())
  assertProblem(await finish(who, 'company', one), 410, 'provider_state_over')
  const other = await back((await begin(who, 'google')).body.url, 'google', newLogin())
  const realm = '/api/realms/community'
  await begin(who, 'google', realm)
  assertProblem(await finish(who, 'google', other, realm), 410, 'provider_state_over')
  // Who answers for another issuer is not heard (mix-up, RFC 9207).
  const third = await back((await begin(who, 'google')).body.url, 'google', newLogin())
  const mixedUp = await finish(who, 'google', { ...third, issuer: 'https://evil.example' })
  assertProblem(mixedUp, 502, 'provider_refused')
  const right = await back((await begin(who, 'google')).body.url, 'google', newLogin())
  assertOk(await finish(who, 'google', { ...right, issuer: google.issuer }), 202)
})

test('A2, B10: an address that has an account is told to nobody but whom the provider vouches for, and never linked', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const login = newLogin()
  google.people.set(login, { sub: login, email, email_verified: true })
  assertProblem(await signIn(server.visitor(), 'google', login), 409, 'provider_email_taken')
  google.people.set(login, { sub: login, email, email_verified: false })
  assertProblem(await signIn(server.visitor(), 'google', login), 403, 'provider_email_not_proved')
  google.people.set(login, { sub: login })
  assertProblem(await signIn(server.visitor(), 'google', login), 403, 'provider_email_not_proved')
  assert.deepEqual(await connections(owner), [])
  // Linked by its owner, it opens the account without any address.
  assertOk(await link(owner, 'google', login))
  const signedIn = await signIn(server.visitor(), 'google', login)
  assertOk(signedIn)
  assert.equal(signedIn.body.account.email, email)
})

test('A1: a link that somebody made before the owner proved the address is dead afterwards', async () => {
  const email = newAddress()
  const attacker = server.visitor()
  const member = { email, password: PASSWORD, handle: 'planted', display_name: 'P' }
  assertOk(await attacker.post('/community/v0/users', member), 201)
  const api = '/api/realms/community'
  assertOk(await attacker.post(`${api}/sign-in/password`, { identifier: email, password: PASSWORD }))
  const begun = await attacker.post(`${api}/account/connections/google`, { password: PASSWORD })
  assertOk(begun)
  const login = newLogin()
  const brought = await back(begun.body.url, 'google', login)
  assertOk(await attacker.post(`${api}/account/connections/google/finish`, brought))
  // The owner sets a password by a mailed link.
  const owner = server.visitor()
  await owner.post('/community/v0/auth/forgot-password', { email })
  const mail = await server.smtp.waitForMail(
    (one) => one.to.includes(email) && one.subject === 'Reset your password',
  )
  const [, token = ''] = /#([\w-]{43})/.exec(mail.text) ?? []
  const reset = await owner.post('/community/v0/auth/reset-password', {
    token,
    new_password: 'another-good-one-5',
  })
  assertOk(reset, 204)
  assertProblem(await attacker.get(`${api}/account`), 401, 'signed_out')
  const late = await signIn(attacker, 'google', login, api)
  assert.equal(late.body.account, undefined, 'the identity opens nothing of theirs')
  assertOk(late, 202)
})

test('where nobody is let in by themselves, a provider lets in nobody new', async () => {
  const closed = await signIn(server.visitor(), 'google', newLogin(), '/api/realms/referral')
  assertProblem(closed, 403, 'sign_up_closed')
})

test('B3: a second step is asked for after a provider', async () => {
  const { who, login } = await newcomerBy('google')
  const setup = await who.post('/api/account/second-factor', {})
  assertOk(setup)
  const bits = [...setup.body.secret].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const code = () => totpAt(key, totpStep(server.clock.now()))
  assertOk(await who.post('/api/account/second-factor/enable', { code: code() }))
  const browser = server.visitor()
  const first = await signIn(browser, 'google', login)
  assertOk(first, 202)
  assert.deepEqual(Object.keys(first.body), ['secondStep'])
  assertProblem(await browser.get('/api/account'), 401, 'signed_out')
  server.clock.advance(30_000)
  const { token } = first.body.secondStep
  assertOk(await browser.post('/api/sign-in/second-step', { token, code: code() }))
  assertOk(await browser.get('/api/account'))
})

test('linking asks for the password, is told by mail, and can be undone but for the last way in', async () => {
  const email = newAddress()
  const who = await signUp(server, email)
  assertProblem(await beginLink(who, 'google', 'wrong'), 403, 'password_wrong')
  assertProblem(await beginLink(who, 'nobody'), 404, 'provider_unknown')
  assertProblem(await beginLink(who, 'away'), 502, 'provider_unavailable')
  const login = newLogin()
  assertOk(await link(who, 'google', login))
  const mail = await server.smtp.waitForMail(
    (one) => one.to.includes(email) && /Google was added/.test(one.subject),
  )
  assert.match(mail.text, /forgot-password/)
  const [first] = await connections(who)
  assert.partialDeepStrictEqual(first, {
    provider: 'google',
    title: 'Google',
    email: `${login}@example.org`,
    lastWayIn: false,
  })
  assertProblem(await link(who, 'google', newLogin()), 409, 'identity_taken')
  assertProblem(await link(await signUp(server), 'google', login), 409, 'identity_taken')
  assertOk(await unlink(who, 'google'))
  await server.smtp.waitForMail((one) => one.to.includes(email) && /Google was taken off/.test(one.subject))
  assertProblem(await unlink(who, 'google'), 404, 'not_linked')
  assertProblem(await unlink(who, '__proto__'), 404, 'not_linked')
  // Somebody new may sign in by code too, since the address is proved; not where codes are off.
  const { who: only } = await newcomerBy('github')
  assert.equal((await connections(only))[0].lastWayIn, false)
  const member = server.visitor()
  const api = '/api/realms/community'
  const { signUp: begun } = (await signIn(member, 'github', newLogin(), api)).body
  assertOk(await complete(member, { token: begun.token, username: begun.username }, api), 201)
  assert.equal((await member.get(`${api}/account/connections`)).body.connections[0].lastWayIn, true)
  assertProblem(await member.delete(`${api}/account/connections/github`), 409, 'last_way_in')
})

test('B4: a link is its account’s and a sign-in is none', async () => {
  const who = await signUp(server)
  const forSignIn = await back((await begin(who, 'google')).body.url, 'google', newLogin())
  assertProblem(await finishLink(who, 'google', forSignIn), 410, 'provider_state_over')
  const begun = await beginLink(who, 'google')
  const forLink = await back(begun.body.url, 'google', newLogin())
  assertProblem(await finish(who, 'google', forLink), 410, 'provider_state_over')
  // Signed in as somebody else in the same browser.
  const again = await back((await beginLink(who, 'google')).body.url, 'google', newLogin())
  const other = await signUp(server)
  who.jar.set('latchkey', other.jar.get('latchkey') ?? '')
  assertProblem(await finishLink(who, 'google', again), 410, 'provider_state_over')
  assert.deepEqual(await connections(who), [])
})

test('an account without a password links within minutes of its sign-in', async () => {
  const who = await signUpWithCode(server)
  assertOk(await link(who, 'github', newLogin(), null))
  server.clock.advance(11 * 60_000)
  assertProblem(await beginLink(who, 'google', null), 403, 'sign_in_again')
})

test('an API token reads the links and changes none', async () => {
  const who = await signUp(server)
  const scopes = ['account:read', 'account:write']
  const made = await who.post('/api/account/tokens', { name: 'x', scopes, password: PASSWORD })
  const headers = { authorization: `Bearer ${made.body.token}` }
  const program = server.visitor()
  assertOk(await program.get('/api/account/connections', { headers }))
  const begun = await program.post('/api/account/connections/google', {}, { headers })
  assert.deepEqual([begun.status, begun.body.code], [403, 'scope_missing'])
  assert.equal(
    (await program.delete('/api/account/connections/google', { headers })).body.code,
    'scope_missing',
  )
})

test('administrators see how providers do and what to register, and never a secret', async () => {
  assertProblem(await (await signUp(server)).get('/api/admin/providers'), 403, 'forbidden')
  const answer = await operator.get('/api/admin/providers')
  assertOk(answer)
  const byName = Object.fromEntries(answer.body.providers.map((one: { name: string }) => [one.name, one]))
  assert.partialDeepStrictEqual(byName.google, {
    answers: true,
    url: google.issuer,
    clientId: google.clientId,
  })
  assert.partialDeepStrictEqual(byName.github, { answers: true, url: github.url })
  assert.partialDeepStrictEqual(byName.away, { answers: false, trouble: { words: 'it cannot be reached' } })
  const { publicUrl } = server.server.house
  assert.deepEqual(answer.body.returnUrls[0], { app: null, url: `${publicUrl}/sign-in/with/{provider}` })
  const community = (await operator.get('/api/admin/providers?realm=community')).body
  const ours = { app: null, url: `${publicUrl}/realms/community/sign-in/with/{provider}` }
  assert.deepEqual(community.returnUrls, [ours])
  assert.deepEqual((await operator.get('/api/admin/providers?realm=salon')).body.providers, [])
  assertProblem(await operator.get('/api/admin/providers?realm=nobody'), 404, 'not_found')
  assert.doesNotMatch(answer.text, /a-secret|github\.secret/)
  // What went wrong is told in plain words.
  const who = server.visitor()
  const begun = await begin(who, 'google')
  const brought = await back(begun.body.url, 'google', newLogin())
  google.lie = {
    answer: { path: '/token', status: 401, body: '{"error":"invalid_client","error_description":"s3cr3t"}' },
  }
  assertProblem(await finish(who, 'google', brought), 502, 'provider_refused')
  google.lie = {}
  const told = (await operator.get('/api/admin/providers')).body.providers[0].trouble.words
  assert.equal(told, 'it does not accept the client id or the client secret')
})

test('D2, D3: what comes back stays text, and nobody is sent where a caller says', async () => {
  const who = server.visitor()
  const nasty = '<script>alert(1)</script>'
  const answer = await finish(who, 'google', { code: nasty, state: nasty })
  assertProblem(answer, 410, 'provider_state_over')
  assert.doesNotMatch(answer.text, /script/)
  const begun = await who.post('/api/sign-in/providers/google?redirect_uri=https://evil.example', {
    redirectUri: 'https://evil.example',
  })
  assert.doesNotMatch(begun.body.url ?? '', /evil/)
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  const asked = await server.visitor().post('/api/sign-in/providers/google', undefined, { headers })
  assert.doesNotMatch(asked.text, /evil/)
})
