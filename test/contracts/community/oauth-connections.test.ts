import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt, totpStep } from '../../../engine/authenticators/totp/algorithm.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import {
  atGithub,
  atGoogle,
  complete,
  lying,
  type Neighbourhood,
  newcomerBy,
  OAUTH,
  type ProviderName,
  postLink,
  postLogin,
  RETURN,
  startNeighbourhood,
  visit,
} from './oauth-support.ts'
import {
  assertBad,
  assertEmpty,
  assertInvalid,
  assertProblem,
  assertUnauthorized,
  BASE,
  FRONT,
  mailTo,
  newcomer,
} from './support.ts'

let place: Neighbourhood
before(async () => {
  const app = `  - { contract: community, prefix: ${BASE}, frontendUrl: '${FRONT}', providerReturnUrl: '${RETURN}' }`
  const published = 'user:create, auth:oauth_login, oauth:link, oauth:unlink'
  const yaml = `apps:\n${app}\nrealms:\n  community:\n    publishedActions: '${published}'\n`
  place = await startNeighbourhood({ yaml })
})
after(() => place.close())

const visitor = (): Visitor => place.server.visitor()
const connections = async (who: Visitor): Promise<string[]> =>
  (await who.get(`${OAUTH}/connections`)).body.connections.map(
    ({ provider }: { provider: string }) => provider,
  )
const unlink = (who: Visitor, provider: unknown): Promise<Answer> =>
  who.post(`${OAUTH}/connections/unlink`, { provider })
const link = async (who: Visitor, provider: ProviderName, login: string): Promise<Answer> =>
  postLink(who, provider, await visit(place, who, provider, login, 'link'))
const login = async (who: Visitor, provider: ProviderName, name: string): Promise<Answer> =>
  postLogin(who, provider, await visit(place, who, provider, name))

test('linking needs a session, and lets the identity in from then on', async () => {
  const { visitor: who, email } = await newcomer(place.server)
  const stranger = visitor()
  assertUnauthorized(await postLink(stranger, 'google', {}))
  assertUnauthorized(await stranger.get(`${OAUTH}/connections`))
  assertUnauthorized(await unlink(stranger, 'Google'))
  assertBad(await postLink(who, 'google', { code: 'x' }))
  assertInvalid(await postLink(who, 'google', { code: '', state: 'x' }))
  assert.deepEqual(await connections(who), [])
  // Its address is another one.
  const name = atGoogle(place)
  assertEmpty(await link(who, 'google', name))
  const { connections: list } = (await who.get(`${OAUTH}/connections`)).body
  assert.deepEqual(Object.keys(list[0]), ['provider', 'created_at'])
  assert.match(list[0].created_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assertEmpty(await link(who, 'github', atGithub(place)))
  assert.deepEqual(await connections(who), ['Google', 'Github'])
  const other = visitor()
  assertEmpty(await login(other, 'google', name))
  assert.equal((await other.get(`${BASE}/v0/user/me`)).body.email, email)
  const mail = await mailTo(place.server, email, 'Security alert')
  assert.match(mail.text, /can now be opened by signing in with (Google|GitHub)/)
})

test('an identity is linked to one account, and an account to one identity of a provider', async () => {
  const one = await newcomer(place.server)
  const other = await newcomer(place.server)
  const name = atGoogle(place)
  assertEmpty(await link(one.visitor, 'google', name))
  for (const [who, what] of [
    [other.visitor, name],
    [one.visitor, name],
    [one.visitor, atGoogle(place)],
  ] as const) {
    assertProblem(await link(who, 'google', what), 409, 'oauth:account_already_linked')
  }
  assert.deepEqual(await connections(other.visitor), [])
  // Of two browsers at once that link one identity, one does.
  const fresh = atGithub(place)
  const backs = [
    { who: one.visitor, back: await visit(place, one.visitor, 'github', fresh, 'link') },
    { who: other.visitor, back: await visit(place, other.visitor, 'github', fresh, 'link') },
  ]
  const raced = await Promise.all(backs.map(({ who, back }) => postLink(who, 'github', back)))
  assert.deepEqual(raced.map(({ status }) => status).toSorted(), [204, 409])
})

test('linking asks the provider for the address that it vouches for', async () => {
  const { visitor: who } = await newcomer(place.server)
  const unverified = atGoogle(place, { email_verified: false })
  assertProblem(await link(who, 'google', unverified), 400, 'oauth:email_not_verified')
  const back = await visit(place, who, 'google', atGoogle(place), 'link')
  const down = { answer: { path: '/token', status: 503, body: '{}' } }
  const answer = await lying(place, down, () => postLink(who, 'google', back))
  assertProblem(answer, 400, 'oauth:token_exchange_failed')
  assertProblem(await postLink(who, 'google', back), 400, 'oauth:invalid_state')
  assert.deepEqual(await connections(who), [])
})

test('B4: a link’s state that was made with a session is that account’s alone', async () => {
  const victim = await newcomer(place.server)
  const attacker = await newcomer(place.server)
  const theirs = await visit(place, attacker.visitor, 'google', atGoogle(place), 'link')
  // Even from the same browser, signed in as somebody else.
  attacker.visitor.jar.set('session_id', victim.session)
  assertProblem(await postLink(attacker.visitor, 'google', theirs), 400, 'oauth:invalid_state')
  assert.deepEqual(await connections(victim.visitor), [])
})

test('a session that ends while the provider is asked links nothing', async () => {
  const { visitor: who, email } = await newcomer(place.server)
  const back = await visit(place, who, 'google', atGoogle(place), 'link')
  const slow = postLink(who, 'google', back)
  await who.post(`${BASE}/v0/auth/logout`)
  const answer = await slow
  assert.ok(answer.status === 204 || answer.status === 400 || answer.status === 401, answer.text)
  const again = visitor()
  await again.post(`${BASE}/v0/auth/login`, { email, password: 'sunflower-kettle-94' })
  assert.deepEqual(await connections(again), answer.status === 204 ? ['Google'] : [])
})

test('unlinking takes a link off, and never the last way in', async () => {
  const { visitor: who } = await newcomer(place.server)
  for (const wrong of ['google', 'Myspace', '', 7]) assertBad(await unlink(who, wrong))
  for (const none of ['Google', 'Github', 'Discord', 'X', 'Microsoft']) {
    assertProblem(await unlink(who, none), 404, 'oauth:connection_not_found')
  }
  const name = atGoogle(place)
  assertEmpty(await link(who, 'google', name))
  // There is a password.
  assertEmpty(await unlink(who, 'Google'))
  assert.deepEqual(await connections(who), [])
  assert.equal((await who.get(`${BASE}/v0/user/me`)).status, 200, 'sessions are kept')
  const answer = await login(visitor(), 'google', name)
  assert.equal(answer.status, 200, 'the identity is free again')
  const only = await newcomerBy(place, 'google')
  assertProblem(await unlink(only.visitor, 'Google'), 400, 'oauth:cannot_unlink_last_connection')
  assertProblem(await unlink(only.visitor, 'Github'), 404, 'oauth:connection_not_found')
  assertEmpty(await link(only.visitor, 'github', atGithub(place)))
  assertEmpty(await unlink(only.visitor, 'Google'))
  assert.deepEqual(await connections(only.visitor), ['Github'])
  assertProblem(await unlink(only.visitor, 'Github'), 400, 'oauth:cannot_unlink_last_connection')
  const mail = await mailTo(place.server, only.email, 'Security alert')
  assert.match(mail.text, /signing in with/i)
})

test('of two links that are taken off at once, one stays', async () => {
  for (let round = 0; round < 3; round++) {
    const { visitor: who } = await newcomerBy(place, 'google')
    assertEmpty(await link(who, 'github', atGithub(place)))
    const answers = await Promise.all([unlink(who, 'Google'), unlink(who, 'Github')])
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 400])
    assert.equal((await connections(who)).length, 1)
  }
})

test('B3: a second step is asked for after a provider too, and a repeated sign-up', async () => {
  const person = await newcomerBy(place, 'google')
  const who = person.visitor
  const pending = await visit(place, visitor(), 'google', person.login)
  assertProblem(await postLogin(visitor(), 'google', pending), 400, 'oauth:invalid_state')
  const setup = await who.post(`${BASE}/v0/auth/totp/setup`)
  const bits = [...setup.body.secret].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const code = () => totpAt(key, totpStep(place.server.clock.now()))
  assert.equal((await who.post(`${BASE}/v0/auth/totp/enable`, { code: code() })).status, 200)
  const browser = visitor()
  const first = await login(browser, 'google', person.login)
  assert.equal(first.status, 202, first.text)
  assert.deepEqual(Object.keys(first.body), ['temp_token', 'totp_required'])
  assert.equal(first.cookies.has('session_id'), false)
  assertUnauthorized(await browser.get(`${BASE}/v0/user/me`))
  const { temp_token } = first.body
  place.server.clock.advance(30_000)
  const second = await browser.post(`${BASE}/v0/auth/totp/verify`, { temp_token, code: code() })
  assertEmpty(second)
  assert.doesNotMatch(second.cookies.get('session_id')?.line ?? '', /Max-Age/)
})

test('B3: a finished sign-up that is repeated passes the gate like any sign-in', async () => {
  const who = visitor()
  const name = atGoogle(place)
  const { pending_token } = (await login(who, 'google', name)).body
  const again = { pending_token, handle: `again_${name}` }
  assertEmpty(await complete(who, again))
  const setup = await who.post(`${BASE}/v0/auth/totp/setup`)
  const bits = [...setup.body.secret].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const code = totpAt(key, totpStep(place.server.clock.now()))
  assert.equal((await who.post(`${BASE}/v0/auth/totp/enable`, { code })).status, 200)
  assert.equal((await complete(who, again)).status, 202)
  // Unlinked, it opens nothing.
  assertEmpty(await link(who, 'github', atGithub(place)))
  assertEmpty(await unlink(who, 'Google'))
  assertProblem(await complete(who, again), 401, 'user:token_expired')
})

test('C2: who is shut out is let in by no provider', async () => {
  const person = await newcomerBy(place, 'github')
  const admin = visitor()
  const first = { email: 'first@example.org', password: 'harbour-lantern-61' }
  const made = await admin.post('/api/setup', { ...first, name: 'First' })
  assert.ok(made.status < 300, made.text)
  const list = await admin.get(`/api/admin/accounts?realm=community&search=${person.handle}`)
  const { uid } = list.body.accounts[0]
  const shut = await admin.post(`/api/admin/accounts/${uid}/disable`)
  assert.equal(shut.status, 200, shut.text)
  const answer = await login(visitor(), 'github', person.login)
  assertProblem(answer, 401, 'auth:invalid_credentials')
  assert.equal(answer.cookies.has('session_id'), false)
})

test('the public log tells of sign-ups, sign-ins, links and their end, as the policy says', async () => {
  const person = await newcomerBy(place, 'google')
  const { id } = (await person.visitor.get(`${BASE}/v0/user/me`)).body
  assertEmpty(await link(person.visitor, 'github', atGithub(place)))
  assertEmpty(await unlink(person.visitor, 'Github'))
  assertEmpty(await login(visitor(), 'google', person.login))
  const log = await visitor().get(`${BASE}/v0/action-logs?user_id=${id}&limit=50`)
  assert.equal(log.status, 200, log.text)
  const entries = log.body.data
  const actions = entries.map(({ action }: { action: string }) => action).toReversed()
  assert.deepEqual(actions, [
    'user:create',
    'auth:oauth_login',
    'oauth:link',
    'oauth:unlink',
    'auth:oauth_login',
  ])
  assert.doesNotMatch(log.text, /gmail\.example|github\.example/)
})
