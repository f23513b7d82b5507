import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { accountOf, assertOk, assertProblem, linkIn, newAddress, PASSWORD, setUp } from './support.ts'

const DAY_MS = 24 * 3_600_000

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startLatchkey({ yaml: 'realms:\n  main:\n    signUp: invitation\n    invitationUses: 3\n' })
  operator = await setUp(server)
})
after(() => server.close())

async function invite(visitor: Visitor): Promise<any> {
  const answer = await visitor.post('/api/account/invitations')
  assertOk(answer)
  return answer.body.invitation
}

const ask = (email: string, invitation?: string, rest: object = {}) =>
  server.visitor().post('/api/accounts', { email, password: PASSWORD, invitation, ...rest })

async function join(invitation: string, name?: string): Promise<Visitor> {
  const email = newAddress()
  const visitor = server.visitor()
  assertOk(await visitor.post('/api/accounts', { email, password: PASSWORD, invitation, name }), 202)
  const link = linkIn(await server.smtp.waitForMail(email))
  const answer = await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assertOk(answer)
  assert.equal(answer.body.account.email, email)
  return visitor
}

test('an invitation is ten letters and digits, fifteen days, a link to the sign-up page, and stays the same', async () => {
  const invitation = await invite(operator)
  const { token, link, createdAt, expiresAt, ...rest } = invitation
  assert.match(token, /^[1-9A-HJ-NP-Za-km-z]{10}$/)
  assert.equal(link, `${server.url}/sign-up#${token}`)
  assert.equal(expiresAt, createdAt + 15 * DAY_MS)
  assert.deepEqual(rest, { uses: 0, usesMax: 3 })
  assert.deepEqual(await invite(operator), invitation)
  const list = await operator.get('/api/account/invitations')
  assert.deepEqual(list.body, { invitations: [invitation], invited: [], invitedTotal: 0 })
})

test('without an invitation nobody signs up; with one the account knows who invited it, and the inviter sees who came', async () => {
  assertProblem(await ask(newAddress()), 403, 'sign_up_closed')
  const { token } = await invite(operator)
  const before = (await operator.get('/api/account/invitations')).body.invitedTotal
  const ada = await join(token, 'Ada')
  const { uid } = await accountOf(ada)
  const { uid: operatorUid } = await accountOf(operator)
  const seen = await operator.get(`/api/admin/accounts/${uid}`)
  assert.equal(seen.body.account.referrerUid, operatorUid)
  const { invited, invitedTotal } = (await operator.get('/api/account/invitations')).body
  assert.equal(invitedTotal, before + 1)
  assert.deepEqual(Object.keys(invited[0]).toSorted(), ['createdAt', 'name'], 'no address of theirs')
  assert.equal(invited[0].name, 'Ada')
})

test('a token that is wrong, ended, used up, or of a disabled account is refused, before anything is said of the address', async () => {
  const { uid } = await accountOf(operator)
  const taken = (await operator.get(`/api/admin/accounts/${uid}`)).body.account.email
  for (const email of [newAddress(), taken]) {
    assertProblem(await ask(email, 'AAAAAAAAAA'), 403, 'invitation_not_valid')
    assertProblem(await ask(email, ''), 403, 'invitation_not_valid')
  }
  const inviter = await join((await invite(operator)).token)
  const { token } = await invite(inviter)
  assertOk(await ask(newAddress(), ` ${token} `), 202)
  const { uid: inviterUid } = await accountOf(inviter)
  assertOk(await operator.post(`/api/admin/accounts/${inviterUid}/disable`))
  assertProblem(await ask(newAddress(), token), 403, 'inviter_disabled')
  assertOk(await operator.post(`/api/admin/accounts/${inviterUid}/enable`))
  server.clock.advance(15 * DAY_MS)
  assertProblem(await ask(newAddress(), token), 403, 'invitation_expired')
})

test('of more people than an invitation has uses, confirming at once, no more come in than it has', async () => {
  const inviter = await join((await invite(operator)).token)
  const { token } = await invite(inviter)
  const people = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const email = newAddress()
      const visitor = server.visitor()
      assertOk(await visitor.post('/api/accounts', { email, password: PASSWORD, invitation: token }), 202)
      return { visitor, link: linkIn(await server.smtp.waitForMail(email)) }
    }),
  )
  const answers = await Promise.all(
    people.map(({ visitor, link }) => visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })),
  )
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 200, 200, 410, 410])
  assertProblem(await ask(newAddress(), token), 403, 'invitation_expired')
  const { invitations, invitedTotal } = (await inviter.get('/api/account/invitations')).body
  assert.equal(invitedTotal, 3)
  assert.equal(invitations[0].uses, 3)
  const next = await invite(inviter)
  assert.notEqual(next.token, token, 'the one that is used up gives way')
})

test('fifty who ask at once get one and the same', async () => {
  const inviter = await join((await invite(operator)).token)
  const made = await Promise.all(Array.from({ length: 50 }, () => invite(inviter)))
  assert.equal(new Set(made.map(({ token }) => token)).size, 1)
  assert.equal((await inviter.get('/api/account/invitations')).body.invitations.length, 1)
})

test('a new one comes when the last has three days left, and the old one stays good until its end', async () => {
  const inviter = await join((await invite(operator)).token)
  const first = await invite(inviter)
  server.clock.advance(12 * DAY_MS - 60_000)
  assert.equal((await invite(inviter)).token, first.token)
  server.clock.advance(60_000)
  const second = await invite(inviter)
  assert.notEqual(second.token, first.token)
  const { invitations } = (await inviter.get('/api/account/invitations')).body
  assert.deepEqual(
    invitations.map(({ token }: { token: string }) => token),
    [second.token, first.token],
  )
  assertOk(await ask(newAddress(), first.token), 202)
})

test('an invitation is no credential', async () => {
  const { token } = await invite(operator)
  const headers = { authorization: `Bearer ${token}` }
  assertProblem(await server.visitor().send('GET', '/api/account', { headers }), 401, 'signed_out')
})

test('the tree shows who invited whom, a level at a time, and to admins alone', async () => {
  const parent = await join((await invite(operator)).token, 'Parent')
  const { token } = await invite(parent)
  for (const name of ['One', 'Two']) await join(token, name)
  const { uid } = await accountOf(parent)
  const { uid: operatorUid } = await accountOf(operator)
  const roots = (await operator.get('/api/admin/referrals')).body
  const root = roots.people.find(({ account }: any) => account.uid === operatorUid)
  assert.ok(root.invited >= 1)
  assert.ok(!roots.people.some(({ account }: any) => account.uid === uid), 'who was invited is no root')
  const under = (await operator.get(`/api/admin/referrals?under=${uid}`)).body
  assert.deepEqual(
    under.people.map(({ account, invited }: any) => [account.name, invited]),
    [
      ['One', 0],
      ['Two', 0],
    ],
  )
  assert.equal(under.total, 2)
  const page = (await operator.get(`/api/admin/referrals?under=${uid}&offset=1&limit=1`)).body
  assert.deepEqual([page.people.length, page.people[0].account.name, page.total], [1, 'Two', 2])
  assertProblem(await operator.get('/api/admin/referrals?under=nobody'), 404, 'not_found')
  assertProblem(await operator.get('/api/admin/referrals?realm=nowhere'), 404, 'not_found')
  assertProblem(await parent.get('/api/admin/referrals'), 403, 'forbidden')
  assertProblem(await server.visitor().get('/api/admin/referrals'), 401, 'signed_out')
})
