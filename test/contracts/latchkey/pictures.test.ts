import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { form, formOf, pngClaiming, pngOf } from '../../support/pictures.ts'
import type { Send, Visitor } from '../../support/visitor.ts'
import { accountOf, assertOk, assertProblem, newAddress, setUp, signUp, uidOf } from './support.ts'

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

const put = (visitor: Visitor, what: Send, name = 'picture') =>
  visitor.send('PUT', `/api/account/${name}`, what)
const statusOf = async (address: string) => (await fetch(address)).status

test('a picture and a banner are set, replaced, shown and removed', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  for (const name of ['picture', 'banner'] as const) {
    assert.equal((await accountOf(owner))[name], null)
    const first = await put(owner, formOf(await pngOf(30, 30, '#aa1122')), name)
    assertOk(first)
    const address = first.body.account[name]
    assert.match(address, new RegExp(`^${server.url}/api/user-images/[0-9a-f]{64}\\.webp$`))
    assert.equal((await accountOf(owner))[name], address)
    assert.equal(await statusOf(address), 200)
    const uid = await uidOf(server, email)
    assert.equal((await operator.get(`/api/admin/accounts/${uid}`)).body.account[name], address)
    const second = (await put(owner, formOf(await pngOf(30, 30, '#1122aa')), name)).body.account[name]
    assert.notEqual(second, address)
    assert.equal(await statusOf(address), 404)
    const removed = await owner.delete(`/api/account/${name}`)
    assertOk(removed)
    assert.equal(removed.body.account[name], null)
    assert.equal(await statusOf(second), 404)
    assertProblem(await owner.delete(`/api/account/${name}`), 404, 'no_picture')
  }
})

test('what is wrong with a picture is told by its code, and changes nothing', async () => {
  const owner = await signUp(server)
  const png = await pngOf(20, 20)
  for (const [what, status, code, facts] of [
    [{}, 400, 'invalid_input'],
    [{ json: {} }, 400, 'invalid_input'],
    [form([{ name: 'other', content: png }]), 400, 'invalid_input'],
    [formOf(''), 422, 'picture_broken'],
    [formOf(png.subarray(0, 60)), 422, 'picture_broken'],
    [formOf('<svg/>'), 415, 'picture_not_supported'],
    [formOf(pngClaiming(50_000, 50_000)), 413, 'picture_too_large'],
    [formOf(Buffer.alloc(4 * 1024 * 1024)), 413, 'picture_too_large'],
  ] as [Send, number, string, object?][]) {
    assertProblem(await put(owner, what), status, code, facts)
  }
  assertProblem(await put(server.visitor(), formOf(png)), 401, 'signed_out')
  assertProblem(await server.visitor().delete('/api/account/picture'), 401, 'signed_out')
  assert.equal((await accountOf(owner)).picture, null)
})

test('E1: pictures of one realm are not found in another, whoever has the same', async () => {
  const owner = await signUp(server)
  const { body } = await put(owner, formOf(await pngOf(20, 20, '#778899')))
  const path = new URL(body.account.picture).pathname
  assert.equal((await server.visitor().get(path)).status, 200)
  for (const elsewhere of ['/api/realms/community', '/community']) {
    assert.equal((await server.visitor().get(path.replace(/^\/api/, elsewhere))).status, 404, elsewhere)
  }
})

test('whether one may be called so is told before one asks to be', async () => {
  const [owner, other] = [await signUp(server), await signUp(server)]
  const judge = async (username: string) => {
    const answer = await owner.get(`/api/account/usernames/${encodeURIComponent(username)}`)
    assertOk(answer)
    return answer.body.username
  }
  assertOk(await owner.patch('/api/account', { username: 'Weaver1' }))
  assertOk(await other.patch('/api/account', { username: 'Weaver2' }))
  assert.equal(await judge('weaver1'), 'mine')
  assert.equal(await judge('WEAVER2'), 'taken')
  assert.equal(await judge('weaver3'), 'free')
  for (const name of ['w', 'w w w', 'wéb', 'x'.repeat(31), 'a/b'])
    assert.equal(await judge(name), 'not_valid', name)
  assert.equal((await owner.get(`/api/account/usernames/${'x'.repeat(101)}`)).status, 400)
  assertProblem(await server.visitor().get('/api/account/usernames/weaver1'), 401, 'signed_out')
})

test('a bio is kept, cleared by null, and never blank', async () => {
  const owner = await signUp(server)
  assert.equal((await owner.patch('/api/account', { bio: 'I weave.' })).body.account.bio, 'I weave.')
  assert.equal((await owner.patch('/api/account', { name: 'Ada' })).body.account.bio, 'I weave.')
  for (const bio of ['', ' \n', 'x'.repeat(501)])
    assert.equal((await owner.patch('/api/account', { bio })).status, 400)
  assert.equal((await owner.patch('/api/account', { bio: null })).body.account.bio, null)
})
