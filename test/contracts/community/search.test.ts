import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import { assertBad, assertInvalid, BASE, newcomer, type Person, startCommunity } from './support.ts'

let server: TestServer
let ann: Person
let bob: Person
before(async () => {
  server = await startCommunity()
  ann = await newcomer(server, {
    handle: 'ann_b',
    display_name: 'Ann Bärlauch',
    email: 'secretaddress@hidden.example',
  })
  bob = await newcomer(server, { handle: 'bobby', display_name: 'Robert' })
  await bob.visitor.patch(`${BASE}/v0/user/me`, { bio: 'Gardener, and fond of owls' })
  for (let i = 0; i < 21; i++) await newcomer(server, { display_name: `Crowd ${i}` })
})
after(() => server.close())

const search = (query = '') => server.visitor().get(`${BASE}/v0/search/users${query}`)
async function found(query: string): Promise<string[]> {
  const { status, body, text } = await search(query)
  assert.equal(status, 200, text)
  assert.equal(body.total_hits, body.users.length)
  return body.users.map(({ handle }: { handle: string }) => handle)
}

test('by first letters of words of handle, display name and bio; all of them have to be there', async () => {
  for (const query of ['ann', 'ANN_B', 'b%C3%A4rl', 'barl', 'ann%20b']) {
    assert.deepEqual(await found(`?query=${query}`), ['ann_b'], query)
  }
  for (const query of ['bobb', 'rob', 'gardener', 'owls%20rob', '%20%20owl'])
    assert.deepEqual(await found(`?query=${query}`), ['bobby'], query)
  for (const query of ['ann%20owls', 'zzz', '%2B', '%25', "'%20or%201=1", 'wls'])
    assert.deepEqual(await found(`?query=${query}`), [], query)
  assert.deepEqual(await found('?q=gardener'), ['bobby'])
  assert.deepEqual(await found('?query=ann&q=bob'), ['ann_b'])
})

test('nobody is found by an address', async () => {
  for (const query of ['secretaddress', 'hidden', 'example', ann.email])
    assert.deepEqual(await found(`?query=${encodeURIComponent(query)}`), [], query)
})

test('a hit shows what is public, and what is not there is left out', async () => {
  const { body } = await search('?query=bobby')
  const [{ id, ...user }] = body.users
  assert.equal(id, (await bob.visitor.get(`${BASE}/v0/user/me`)).body.id)
  assert.deepEqual(user, { handle: 'bobby', display_name: 'Robert', bio: 'Gardener, and fond of owls' })
  assert.deepEqual(Object.keys((await search('?query=ann_b')).body.users[0]), [
    'id',
    'handle',
    'display_name',
  ])
})

test('pages: 20 to each by default, and an empty one past the end', async () => {
  const first = (await search()).body
  assert.deepEqual(
    [first.users.length, first.page, first.page_size, first.total_hits, first.total_pages],
    [20, 1, 20, 23, 2],
  )
  const second = (await search('?page=2&page_size=')).body
  assert.equal(second.users.length, 3)
  const ids = [...first.users, ...second.users].map(({ id }: { id: string }) => id)
  assert.equal(new Set(ids).size, 23)
  const small = (await search('?query=crowd&page=3&page_size=5')).body
  assert.deepEqual([small.users.length, small.page, small.page_size, small.total_pages], [5, 3, 5, 5])
  const past = (await search('?page=1000000')).body
  assert.deepEqual([past.users, past.page, past.total_hits], [[], 1_000_000, 23])
  assert.equal((await search('?query=&q=')).body.total_hits, 23)
})

test('what is no query', async () => {
  for (const query of ['?page=x', '?page_size=1.5', '?page=1&page=2']) assertBad(await search(query))
  for (const query of [
    '?page=0',
    '?page=-1',
    '?page_size=0',
    '?page_size=21',
    '?query=%20%20',
    '?q=%20',
    `?query=${'x'.repeat(101)}`,
  ]) {
    assertInvalid(await search(query))
  }
})

test('what somebody changed is found at once, and what they were called before is not', async () => {
  const { visitor } = await newcomer(server, { display_name: 'Quentin' })
  assert.equal((await found('?query=quentin')).length, 1)
  await visitor.patch(`${BASE}/v0/user/me`, { display_name: 'Xaver', bio: 'zither' })
  assert.deepEqual(await found('?query=quentin'), [])
  assert.equal((await found('?query=xaver%20zith')).length, 1)
  await visitor.patch(`${BASE}/v0/user/me`, { bio: null })
  assert.deepEqual(await found('?query=zither'), [])
})
