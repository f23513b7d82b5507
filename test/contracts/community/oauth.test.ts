import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FetchPublic } from '../../../engine/outbound/outbound.ts'
import { decline, succeed } from '../../../engine/result.ts'
import { loadConfig } from '../../../server/config/load.ts'
import { openStorage } from '../../../storage/database.ts'
import { openBehind } from '../../attacks/people.ts'
import { until } from '../../support/engine.ts'
import type { Lie } from '../../support/oidc-provider.ts'
import { pngOf } from '../../support/pictures.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import {
  atGithub,
  atGoogle,
  authUrl,
  complete,
  lying,
  type Neighbourhood,
  newcomerBy,
  OAUTH,
  type ProviderName,
  postLink,
  postLogin,
  startNeighbourhood,
  visit,
} from './oauth-support.ts'
import {
  assertBad,
  assertEmpty,
  assertInvalid,
  assertProblem,
  BASE,
  bearer,
  FRONT,
  newcomer,
  newUser,
  register,
  startCommunity,
} from './support.ts'

/** What there is on the public internet, for this server. */
const pictures = new Map<string, Buffer>()
const fetchPublic: FetchPublic = async ({ url }) => {
  const bytes = pictures.get(url)
  return bytes ? succeed({ bytes, contentType: 'image/png' }) : decline({ code: 'address_refused' })
}

let place: Neighbourhood
before(async () => {
  place = await startNeighbourhood({ fetchPublic })
})
after(() => place.close())

const visitor = (): Visitor => place.server.visitor()
const assertState = (answer: Answer) => assertProblem(answer, 400, 'oauth:invalid_state')
const assertExchange = (answer: Answer) => assertProblem(answer, 400, 'oauth:token_exchange_failed')
const noCookie = (answer: Answer) => assert.equal(answer.cookies.has('session_id'), false)
const login = async (who: Visitor, provider: ProviderName, name: string): Promise<Answer> =>
  postLogin(who, provider, await visit(place, who, provider, name))
const me = (who: Visitor) => who.get(`${BASE}/v0/user/me`)

test('authorize answers the provider’s URL with the parameters in the documented order', async () => {
  const who = visitor()
  for (const provider of ['google', 'github'] as const) {
    const url = new URL(await authUrl(who, provider))
    const names = [...url.searchParams.keys()].filter((name) => name !== 'nonce')
    const documented = ['response_type', 'client_id', 'state', 'code_challenge', 'code_challenge_method']
    assert.deepEqual(names, [...documented, 'redirect_uri', 'scope'])
    assert.equal(url.searchParams.get('response_type'), 'code')
    assert.match(url.searchParams.get('state') ?? '', /^[\w-]{43}$/)
    assert.match(url.searchParams.get('code_challenge') ?? '', /^[\w-]{43}$/)
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256')
    assert.equal(url.searchParams.get('redirect_uri'), `${FRONT}/auth/${provider}`)
    const scopes = provider === 'google' ? 'openid email profile' : 'read:user user:email'
    assert.equal(url.searchParams.get('scope'), scopes)
    assert.equal(url.searchParams.has('nonce'), provider === 'google')
  }
  assert.equal(who.jar.has('anonymous_user_id'), true)
  const [one, other] = [await authUrl(who, 'github'), await authUrl(who, 'github', 'login')]
  assert.notEqual(new URL(one).searchParams.get('state'), new URL(other).searchParams.get('state'))
  // Empty counts as absent; a link's URL needs no session.
  await authUrl(who, 'github', '')
  await authUrl(who, 'github', 'link')
  assertBad(await who.get(`${OAUTH}/google/authorize?flow=other`))
})

test('a new identity is a sign-up under way, and no account', async () => {
  const who = visitor()
  const name = atGoogle(place, { name: 'Ann <b>Example</b> 🎉', picture: 'https://pictures.example/ann.png' })
  const answer = await login(who, 'google', name)
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['pending_token', 'email', 'display_name'])
  assert.match(answer.body.pending_token, /^[\w-]{43}$/)
  assert.equal(answer.body.email, `${name}@gmail.example`)
  assert.equal(answer.body.display_name, 'Ann b Example /b')
  noCookie(answer)
  assert.equal((await me(who)).status, 401)
  const { pending_token } = answer.body
  assertInvalid(await complete(who, { pending_token: '', handle: 'good_one' }))
  assertBad(await complete(who, { pending_token }))
  assertInvalid(await complete(who, { pending_token, handle: '_bad' }))
  assertInvalid(await complete(who, { pending_token, handle: 'admin' }))
  assertInvalid(await complete(who, { pending_token, handle: 'good_one', display_name: '<b>' }))
  const done = await complete(who, { pending_token, handle: 'ann_google' })
  assertEmpty(done)
  const { line } = done.cookies.get('session_id') ?? { line: '' }
  assert.doesNotMatch(line, /Max-Age/, 'until the browser closes')
  const profile = (await me(who)).body
  assert.equal(profile.handle, 'ann_google')
  assert.equal(profile.display_name, 'Ann b Example /b')
  assert.equal(profile.email, `${name}@gmail.example`)
  assert.equal(profile.is_verified, true)
  assert.equal(profile.has_password, false)
  // From now on the identity opens it.
  const again = visitor()
  const signedIn = await login(again, 'google', name)
  assertEmpty(signedIn)
  assert.doesNotMatch(signedIn.cookies.get('session_id')?.line ?? '', /Max-Age/)
  assert.equal((await me(again)).body.id, profile.id)
})

test('a provider’s picture becomes that of the new account, in the background; a failure is recorded and no more', async () => {
  pictures.set('https://pictures.example/zoe.png', await pngOf(60, 60, '#804020'))
  pictures.set('https://pictures.example/page.png', Buffer.from('<html>'))
  const join = async (name: string) => {
    const { visitor: who, handle } = await newcomerBy(place, 'google', name)
    return { who, handle }
  }
  const { who } = await join(atGoogle(place, { picture: 'https://pictures.example/zoe.png' }))
  const address = await until(async () => (await me(who)).body.profile_image)
  assert.equal((await fetch(address)).status, 200)
  const behind = openBehind(place.server)
  try {
    for (const [picture, reason] of [
      ['https://pictures.example/page.png', 'picture_not_supported'],
      ['https://inner.example/', 'address_refused'],
    ]) {
      const { who, handle } = await join(atGoogle(place, { picture }))
      const entry = await until(() =>
        behind.db
          .selectFrom('action_log')
          .innerJoin('account', 'account.id', 'action_log.account_id')
          .select('detail')
          .where('username', '=', handle)
          .where('action', '=', 'picture.not_kept')
          .executeTakeFirst(),
      )
      assert.deepEqual(entry?.detail, { reason })
      assert.equal('profile_image' in (await me(who)).body, false)
    }
  } finally {
    await behind.close()
  }
})

test('GitHub: the address is the primary and verified one, whatever the profile says', async () => {
  const who = visitor()
  const emails = [
    { email: 'other@github.example', primary: false, verified: true },
    { email: 'real@github.example', primary: true, verified: true },
  ]
  const name = atGithub(place, { email: 'victim@example.org', emails })
  const answer = await login(who, 'github', name)
  assert.equal(answer.body.email, 'real@github.example')
  assert.equal(answer.body.display_name, name, 'the login, for who has no name')
  const { pending_token } = answer.body
  assertEmpty(await complete(who, { pending_token, handle: 'by_github', display_name: 'Hubert' }))
  assert.equal((await me(who)).body.display_name, 'Hubert')
  assertEmpty(await login(visitor(), 'github', name))
  const asked = place.github.asked.filter(({ path }) => path.startsWith('/api/'))
  assert.ok(asked.every(({ headers }) => headers['user-agent'] === 'Latchkey'))
})

test('A2: an address that the provider does not vouch for signs nobody up, and lets nobody in', async () => {
  const unverified = [{ email: 'x@github.example', primary: true, verified: false }]
  const secondary = [{ email: 'y@github.example', primary: false, verified: true }]
  for (const emails of [unverified, secondary, []]) {
    const name = atGithub(place, { emails })
    assertProblem(await login(visitor(), 'github', name), 400, 'oauth:email_not_verified')
  }
  for (const changes of [{ email_verified: false }, { email_verified: undefined }, { email: undefined }]) {
    const name = atGoogle(place, changes)
    assertProblem(await login(visitor(), 'google', name), 400, 'oauth:email_not_verified')
  }
  const known = await newcomerBy(place, 'google')
  const person = place.google.people.get(known.login)
  assert.ok(person)
  place.google.people.set(known.login, { ...person, email_verified: false })
  assertProblem(await login(visitor(), 'google', known.login), 400, 'oauth:email_not_verified')
})

test('A2: an address that has an account is never linked by itself, proved or not', async () => {
  const person = await newcomer(place.server)
  const name = atGoogle(place, { email: person.email.toUpperCase() })
  const answer = await login(visitor(), 'google', name)
  assertProblem(answer, 409, 'oauth:email_already_exists')
  noCookie(answer)
  const owner = await newcomerBy(place, 'github')
  const sameAddress = atGoogle(place, { email: owner.email })
  assertProblem(await login(visitor(), 'google', sameAddress), 409, 'oauth:email_already_exists')
  const list = await person.visitor.get(`${OAUTH}/connections`)
  assert.deepEqual(list.body, { connections: [] })
  // Somebody registers the address while its owner chooses a handle.
  const who = visitor()
  const late = atGoogle(place)
  const { pending_token } = (await login(who, 'google', late)).body
  await register(visitor(), newUser({ email: `${late}@gmail.example` }))
  const taken = await complete(who, { pending_token, handle: 'too_late' })
  assertProblem(taken, 409, 'oauth:email_already_exists')
})

test('A1: who registered an address in advance gets nothing from its owner’s sign-in, and the owner no account of theirs', async () => {
  const attacker = await newcomer(place.server)
  const victim = visitor()
  const name = atGoogle(place, { email: attacker.email })
  const answer = await login(victim, 'google', name)
  assertProblem(answer, 409, 'oauth:email_already_exists')
  assert.equal((await me(victim)).status, 401)
  assert.deepEqual((await attacker.visitor.get(`${OAUTH}/connections`)).body, { connections: [] })
  assert.equal((await me(attacker.visitor)).body.is_verified, false, 'nothing of theirs was proved by it')
})

test('a state works once: for its provider, its flow and its browser, within five minutes', async () => {
  const who = visitor()
  const name = atGoogle(place)
  assertInvalid(await postLogin(who, 'google', { code: '', state: 'x' }))
  assertInvalid(await postLogin(who, 'google', { code: 'x', state: '' }))
  assertBad(await postLogin(who, 'google', { code: 'x' }))
  assertState(await postLogin(who, 'google', { code: 'x', state: 'made-up' }))
  const back = await visit(place, who, 'google', name)
  assert.equal((await postLogin(who, 'google', back)).status, 200)
  assertState(await postLogin(who, 'google', back))
  // Spent also where it then fails.
  const wrongCode = await visit(place, who, 'google', name)
  assertExchange(await postLogin(who, 'google', { ...wrongCode, code: 'made-up' }))
  assertState(await postLogin(who, 'google', wrongCode))
  const late = await visit(place, who, 'google', name)
  place.server.clock.advance(300_000)
  assertState(await postLogin(who, 'google', late))
})

test('A4: state, code and verifier of one provider are nothing at another', async () => {
  const who = visitor()
  const back = await visit(place, who, 'google', atGoogle(place))
  assertState(await postLogin(who, 'github', back))
  assertState(await postLogin(who, 'google', back))
  // The code of one sign-in with the state of another: the verifier does not fit (code injection).
  const [one, other] = [
    await visit(place, who, 'google', atGoogle(place)),
    await visit(place, who, 'google', atGoogle(place)),
  ]
  assertExchange(await postLogin(who, 'google', { code: one.code, state: other.state }))
  const hub = [
    await visit(place, who, 'github', atGithub(place)),
    await visit(place, who, 'github', atGithub(place)),
  ]
  assertExchange(await postLogin(who, 'github', { code: hub[0]?.code, state: hub[1]?.state }))
})

test('B4: a state of one flow opens nothing in the other', async () => {
  const { visitor: who } = await newcomer(place.server)
  const forLink = await visit(place, who, 'google', atGoogle(place), 'link')
  assertState(await postLogin(who, 'google', forLink))
  const forLogin = await visit(place, who, 'google', atGoogle(place))
  assertState(await postLink(who, 'google', forLogin))
})

test('D6: another browser’s state or sign-up is nothing in mine', async () => {
  const attacker = visitor()
  const back = await visit(place, attacker, 'google', atGoogle(place))
  const victim = visitor()
  await victim.get(`${BASE}/health-check`)
  assertState(await postLogin(victim, 'google', back))
  assertState(await postLogin(attacker, 'google', back))
  const own = await visit(place, attacker, 'google', atGoogle(place))
  // Planted twice, nobody can say which cookie is theirs (cookie tossing).
  const cookie = `anonymous_user_id=${attacker.jar.get('anonymous_user_id')}; anonymous_user_id=planted`
  const tossed = await place.server.visitor().post(`${OAUTH}/google/login`, own, { headers: { cookie } })
  assertState(tossed)
  const pending = await login(attacker, 'google', atGoogle(place))
  const { pending_token } = pending.body
  const stolen = await complete(victim, { pending_token, handle: 'stolen_one' })
  assertProblem(stolen, 401, 'user:invalid_token')
  assertEmpty(await complete(attacker, { pending_token, handle: 'rightful' }))
})

test('B5: tokens of one kind are nothing at the door of another', async () => {
  const who = visitor()
  const person = await newcomer(place.server)
  const { pending_token } = (await login(who, 'google', atGoogle(place))).body
  const state = new URL(await authUrl(who, 'google')).searchParams.get('state') ?? ''
  assertState(await postLogin(who, 'google', { code: 'x', state: pending_token }))
  assertState(await postLogin(who, 'google', { code: 'x', state: person.verification }))
  for (const token of [state, person.verification, person.session]) {
    const answer = await complete(who, { pending_token: token.slice(0, 256), handle: 'some_body' })
    assertProblem(answer, 401, 'user:token_expired')
  }
  for (const token of [state, pending_token]) {
    const verify = await who.post(`${BASE}/v0/auth/verify-email`, { token })
    assertProblem(verify, 400, 'token:invalid_verification')
    const temp_token = Buffer.from(token, 'base64url').toString('hex')
    const totp = await who.post(`${BASE}/v0/auth/totp/verify`, { temp_token, code: '123456' })
    assertProblem(totp, 400, 'totp:temp_token_invalid')
    assert.equal((await visitor().get(`${BASE}/v0/user/me`, bearer(token))).status, 401)
  }
  assertEmpty(await complete(who, { pending_token, handle: 'still_good' }))
})

test('C13: a sign-up under way ends after ten minutes; finished, it lets in its own browser alone', async () => {
  const who = visitor()
  const first = await login(who, 'google', atGoogle(place))
  place.server.clock.advance(600_000)
  const { pending_token: late } = first.body
  assertProblem(await complete(who, { pending_token: late, handle: 'late_one' }), 401, 'user:token_expired')
  const name = atGoogle(place)
  const { pending_token } = (await login(who, 'google', name)).body
  assertEmpty(await complete(who, { pending_token, handle: 'repeated' }))
  const { id } = (await me(who)).body
  // The answer was lost: the same browser asks again, whatever handle it says now.
  who.jar.delete('session_id')
  assertEmpty(await complete(who, { pending_token, handle: 'another_handle' }))
  const profile = (await me(who)).body
  assert.deepEqual([profile.id, profile.handle], [id, 'repeated'])
  const thief = visitor()
  assertProblem(await complete(thief, { pending_token, handle: 'repeated' }), 401, 'user:invalid_token')
  // A password of its owner's ends it.
  place.server.clock.advance(600_000)
  assertProblem(await complete(who, { pending_token, handle: 'repeated' }), 401, 'user:token_expired')
})

test('A5: what fails leaves the sign-up as it is, and it stays its identity’s', async () => {
  const who = visitor()
  await register(visitor(), newUser({ handle: 'taken_one' }))
  const name = atGoogle(place)
  const { pending_token } = (await login(who, 'google', name)).body
  const taken = await complete(who, { pending_token, handle: 'TAKEN_ONE' })
  assertProblem(taken, 409, 'user:handle_already_exists')
  // The same person, twice under way: the second finds the identity taken.
  const second = visitor()
  const { pending_token: other } = (await login(second, 'google', name)).body
  assertEmpty(await complete(who, { pending_token, handle: 'free_one' }))
  const late = await complete(second, { pending_token: other, handle: 'free_two' })
  assertProblem(late, 409, 'oauth:account_already_linked')
  assert.equal((await visitor().get(`${BASE}/v0/users/profile?handle=free_two`)).status, 404)
})

test('C13: of any number at once, a state opens one sign-in and a sign-up makes one account', async () => {
  const known = await newcomerBy(place, 'google')
  const who = visitor()
  const back = await visit(place, who, 'google', known.login)
  const statuses = (answers: Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b)
  const logins = await Promise.all([1, 2, 3, 4].map(() => postLogin(who, 'google', back)))
  assert.deepEqual(statuses(logins), [204, 400, 400, 400])
  // One sign-up many times at once: each is let in, to one account.
  const browser = visitor()
  const { pending_token } = (await login(browser, 'google', atGoogle(place))).body
  const handles = ['race_one', 'race_two', 'race_three', 'race_four']
  const done = await Promise.all(handles.map((handle) => complete(browser, { pending_token, handle })))
  assert.deepEqual(statuses(done), [204, 204, 204, 204])
  const sessions = done.map((answer) => answer.cookies.get('session_id')?.value ?? '')
  const ids = await Promise.all(
    sessions.map(async (token) => (await visitor().get(`${BASE}/v0/user/me`, bearer(token))).body.id),
  )
  assert.equal(new Set(ids).size, 1)
  // One identity from several browsers at once.
  const name = atGithub(place)
  const browsers = [visitor(), visitor(), visitor()]
  const tokens: string[] = []
  for (const one of browsers) tokens.push((await login(one, 'github', name)).body.pending_token)
  const raced = await Promise.all(
    browsers.map((one, index) => complete(one, { pending_token: tokens[index], handle: `racer_${index}` })),
  )
  assert.deepEqual(statuses(raced), [204, 409, 409])
})

test('A3: an ID token is believed with its issuer, audience, time, nonce and signature, and not otherwise', async () => {
  const now = Math.floor(Date.now() / 1_000)
  const lies: Record<string, Lie> = {
    'of a look-alike issuer': {
      claims: (claims) => ({ ...claims, iss: `${place.google.issuer}.evil.example` }),
    },
    'for somebody else': { claims: (claims) => ({ ...claims, aud: 'another-client' }) },
    'for several, made for another': {
      claims: (claims) => ({ ...claims, aud: [claims.aud, 'x'], azp: 'x' }),
    },
    expired: { claims: (claims) => ({ ...claims, exp: now - 120 }) },
    'without an end': { claims: ({ exp: _exp, ...claims }) => claims },
    'from the future': { claims: (claims) => ({ ...claims, iat: now + 36_000 }) },
    'without a time': { claims: ({ iat: _iat, ...claims }) => claims },
    'of another sign-in': { claims: (claims) => ({ ...claims, nonce: 'another' }) },
    'without a nonce': { claims: ({ nonce: _nonce, ...claims }) => claims },
    'without a subject': { claims: ({ sub: _sub, ...claims }) => claims },
    'signed by a stranger': { signer: 'stranger' },
    'signed by nobody': { signer: 'nobody' },
    'signed by the client secret': { signer: 'secret' },
  }
  const known = await newcomerBy(place, 'google')
  for (const [what, lie] of Object.entries(lies)) {
    const who = visitor()
    const back = await visit(place, who, 'google', known.login)
    const answer = await lying(place, lie, () => postLogin(who, 'google', back))
    assert.equal(answer.body.code, 'oauth:token_exchange_failed', what)
    noCookie(answer)
  }
  assertEmpty(await login(visitor(), 'google', known.login))
})

test('a key that the provider has published since is found', async () => {
  const known = await newcomerBy(place, 'google')
  const before = place.google.asked.filter((one) => one === 'GET /jwks').length
  assertEmpty(await login(visitor(), 'google', known.login))
  assert.equal(place.google.asked.filter((one) => one === 'GET /jwks').length, before, 'keys are kept')
  const answer = await lying(place, { newKey: true }, () => login(visitor(), 'google', known.login))
  assertEmpty(answer)
  assert.ok(place.google.asked.filter((one) => one === 'GET /jwks').length > before)
})

test('the person is asked for where the ID token does not say enough', async () => {
  const short: Lie = {
    claims: ({ email: _email, email_verified: _verified, name: _name, ...claims }) => claims,
  }
  const name = atGoogle(place, { name: 'From Userinfo' })
  const asIs = await lying(place, short, () => login(visitor(), 'google', name))
  assert.equal(asIs.status, 200, asIs.text)
  assert.equal(asIs.body.display_name, 'From Userinfo')
  assert.equal(asIs.body.email, `${name}@gmail.example`)
  const withAnswer = async (status: number, body: string) => {
    const who = visitor()
    const back = await visit(place, who, 'google', name)
    return lying(place, { ...short, answer: { path: '/me', status, body } }, () =>
      postLogin(who, 'google', back),
    )
  }
  assertProblem(await withAnswer(500, '{}'), 400, 'oauth:user_info_fetch_failed')
  assertProblem(await withAnswer(200, 'rubbish'), 500, 'oauth:user_info_parse_failed')
  // Userinfo of somebody else.
  const other = JSON.stringify({ sub: 'somebody-else', email: 'x@example.org', email_verified: true })
  assertProblem(await withAnswer(200, other), 500, 'oauth:user_info_parse_failed')
})

test('D7: a provider that is down, slow, sends elsewhere or talks rubbish is a refusal in our words', async () => {
  const name = atGoogle(place)
  const evil = JSON.stringify({ error: 'invalid_grant', error_description: 'secret <script>' })
  const lies: Record<string, Lie> = {
    slow: { silentAt: '/token' },
    down: { answer: { path: '/token', status: 503, body: '{}' } },
    refusing: { answer: { path: '/token', status: 400, body: evil } },
    rubbish: { answer: { path: '/token', status: 200, body: 'rubbish' } },
    'an empty object': { answer: { path: '/token', status: 200, body: '{}' } },
    'no object': { answer: { path: '/token', status: 200, body: '[1, 2]' } },
    'without an ID token': {
      answer: { path: '/token', status: 200, body: '{"access_token":"x","token_type":"bearer"}' },
    },
    'a megabyte': {
      answer: { path: '/token', status: 200, body: JSON.stringify({ access_token: 'x'.repeat(1e6) }) },
    },
    elsewhere: {
      answer: { path: '/token', status: 307, body: '', headers: { location: `${place.github.url}/inner` } },
    },
  }
  for (const [what, lie] of Object.entries(lies)) {
    const who = visitor()
    const back = await visit(place, who, 'google', name)
    const answer = await lying(place, lie, () => postLogin(who, 'google', back))
    assert.deepEqual(answer.body, { status: 400, code: 'oauth:token_exchange_failed' }, what)
  }
  assert.equal(
    place.github.asked.some(({ path }) => path === '/inner'),
    false,
    'redirects are not followed',
  )
  const { github } = place
  const hub = atGithub(place)
  const withLie = async (path: string, status: number, body: string) => {
    const who = visitor()
    const back = await visit(place, who, 'github', hub)
    github.lie = { path, status, body }
    const answer = await postLogin(who, 'github', back)
    github.lie = null
    return answer
  }
  assertExchange(await withLie('/login/oauth/access_token', 500, 'down'))
  assertExchange(await withLie('/login/oauth/access_token', 200, '{"error":"bad_verification_code"}'))
  for (const path of ['/api/v3/user', '/api/v3/user/emails']) {
    assertProblem(await withLie(path, 403, '{}'), 400, 'oauth:user_info_fetch_failed')
    assertProblem(await withLie(path, 200, 'rubbish'), 500, 'oauth:user_info_parse_failed')
    assertProblem(await withLie(path, 200, '"text"'), 500, 'oauth:user_info_parse_failed')
  }
  assertProblem(await withLie('/api/v3/user', 200, '{"id":"1; drop"}'), 500, 'oauth:user_info_parse_failed')
  const logs = place.server.logged.join('\n')
  assert.doesNotMatch(logs, /client_secret|a-secret\.of|github\.secret|invalid_grant|<script>/)
})

test('providers that are not set up, and codes that are, say so', async () => {
  const bare = await startCommunity()
  try {
    for (const provider of ['google', 'github'] as const) {
      const answer = await bare.visitor().get(`${OAUTH}/${provider}/authorize`)
      assertProblem(answer, 400, 'oauth:invalid_auth_url')
      const late = await postLogin(bare.visitor(), provider, { code: 'x', state: 'y' })
      assertProblem(late, 400, 'oauth:invalid_auth_url')
    }
    assert.equal((await bare.visitor().get(`${OAUTH}/discord/authorize`)).body.code, 'system:not_found')
    const wrongMethod = await bare.visitor().post(`${OAUTH}/google/authorize`)
    assert.deepEqual([wrongMethod.status, wrongMethod.headers.get('allow')], [405, 'GET, HEAD'])
  } finally {
    await bare.close()
  }
})

test('D4: a provider that is down at the start keeps nobody else out, and is asked again later', async () => {
  const { google } = place
  google.lie = { answer: { path: '/.well-known/openid-configuration', status: 503, body: '{}' } }
  const server = await startCommunity({ env: place.server.env, sharing: place.server })
  try {
    const who = server.visitor()
    const down = await who.get(`${OAUTH}/google/authorize`)
    assertProblem(down, 400, 'oauth:invalid_auth_url')
    assert.equal((await who.get(`${OAUTH}/github/authorize`)).status, 200)
    // Addresses that a provider's document names elsewhere: scripts, plain files, the cloud's inner address.
    const look = async (discovery: Lie['discovery']) => {
      google.lie = { discovery }
      server.clock.advance(60_000)
      return who.get(`${OAUTH}/google/authorize`)
    }
    const evil = ['javascript:alert(1)', 'file:///etc/passwd', 'http://user:pass@localhost/', 'nonsense']
    for (const address of evil) {
      for (const key of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
        const answer = await look((document) => ({ ...document, [key]: address }))
        assertProblem(answer, 400, 'oauth:invalid_auth_url')
      }
    }
    const look_alike = await look((document) => ({ ...document, issuer: 'https://accounts.google.com' }))
    assertProblem(look_alike, 400, 'oauth:invalid_auth_url')
    google.lie = {}
    server.clock.advance(60_000)
    assert.equal((await who.get(`${OAUTH}/google/authorize`)).status, 200)
    // Once known, it goes on by what it knows.
    google.lie = { answer: { path: '/.well-known/openid-configuration', status: 503, body: '{}' } }
    server.clock.advance(3 * 3_600_000)
    assert.equal((await who.get(`${OAUTH}/google/authorize`)).status, 200)
  } finally {
    google.lie = {}
    await server.close()
  }
})

test('D8: one address begins a hundred ways to providers in a quarter of an hour, and no more', async () => {
  const server = await startCommunity({
    env: { ...place.server.env, RATE_LIMIT: 'on', PORT: '0' },
    sharing: place.server,
  })
  try {
    const who = server.visitor()
    const answers = await Promise.all(Array.from({ length: 101 }, () => who.get(`${OAUTH}/github/authorize`)))
    const refused = answers.filter(({ status }) => status !== 200)
    assert.equal(refused.length, 1)
    assertProblem(refused[0] as Answer, 429, 'rate_limit:exceeded')
    assert.match(refused[0]?.headers.get('retry-after') ?? '', /^\d+$/)
  } finally {
    await server.close()
  }
})

test('D10: neither verifier nor state nor what a provider said stands in the database or a log in clear', async () => {
  const who = visitor()
  const url = new URL(await authUrl(who, 'google'))
  const state = url.searchParams.get('state') ?? ''
  const name = atGoogle(place, { name: 'Nobody Knows' })
  const { pending_token } = (await login(who, 'google', name)).body
  const storage = openStorage(loadConfig(place.server.env).storage)
  try {
    const rows = await storage.db
      .selectFrom('one_time_secret')
      .selectAll()
      .where('purpose', 'in', ['oauth_state', 'oauth_sign_up'])
      .execute()
    assert.ok(rows.length > 1)
    for (const { payload, subject } of rows) {
      assert.deepEqual([Object.keys(payload), subject], [['sealed'], null])
      const sealed = Buffer.from(String(payload.sealed), 'base64').toString('latin1')
      assert.doesNotMatch(sealed, /codeVerifier|nonce|Nobody Knows|gmail\.example|anonymous/)
    }
  } finally {
    await storage.close()
  }
  const logs = place.server.logged.join('\n')
  for (const secret of [state, pending_token, 'Nobody Knows']) assert.equal(logs.includes(secret), false)
})
