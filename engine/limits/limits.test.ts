import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStorage, type TestStorage } from '../../test/support/engine.ts'
import { createTestClock, type TestClock } from '../../test/support/latchkey.ts'
import { type Limits, memoryLimits, noLimits, sharedLimits, tooManyRequests } from './limits.ts'

let opened: TestStorage
const clock: TestClock = createTestClock()
const kinds: Record<string, Limits> = { 'in memory': memoryLimits(clock) }
before(async () => {
  opened = await openTestStorage()
  kinds['in the database'] = sharedLimits(opened.storage.db, clock)
})
after(() => opened.close())

const rule = { name: 'tries', max: 3, windowSeconds: 60 }
let count = 0
const nextKey = (): string => `key ${++count}`

async function withEach(work: (limits: Limits) => Promise<void>): Promise<void> {
  for (const [name, limits] of Object.entries(kinds)) {
    await work(limits).catch((error: Error) => {
      error.message = `${name}: ${error.message}`
      throw error
    })
  }
  assert.equal(Object.keys(kinds).length, 2)
}

test('so many are allowed in a window that begins with the first, and the next window begins anew', () =>
  withEach(async (limits) => {
    const key = nextKey()
    const states = [await limits.take(rule, key), await limits.take(rule, key), await limits.take(rule, key)]
    assert.deepEqual(
      states.map(({ isAllowed, remaining, limit }) => ({ isAllowed, remaining, limit })),
      [2, 1, 0].map((remaining) => ({ isAllowed: true, remaining, limit: 3 })),
    )
    const refused = await limits.take(rule, key)
    assert.deepEqual([refused.isAllowed, refused.remaining], [false, 0])
    assert.equal(refused.resetsAt, states[0]?.resetsAt, 'trying on does not lengthen the wait')
    const { code, retryAfterSeconds } = tooManyRequests(refused, clock)
    assert.equal(code, 'too_many_requests')
    assert.ok(retryAfterSeconds >= 59 && retryAfterSeconds <= 60)
    clock.advance(60_000)
    assert.deepEqual((await limits.look(rule, key))?.remaining, 3)
    assert.equal((await limits.take(rule, key)).isAllowed, true)
  }))

test('of fifty at once exactly so many are allowed', () =>
  withEach(async (limits) => {
    const key = nextKey()
    const states = await Promise.all(Array.from({ length: 50 }, () => limits.take(rule, key)))
    assert.equal(states.filter(({ isAllowed }) => isAllowed).length, 3)
  }))

test('what is given back may be taken again; a look takes nothing; keys and rules do not mix', () =>
  withEach(async (limits) => {
    const key = nextKey()
    for (let i = 0; i < 3; i++) await limits.take(rule, key)
    await limits.giveBack(rule, key)
    for (let i = 0; i < 3; i++) assert.equal((await limits.look(rule, key))?.remaining, 1)
    assert.equal((await limits.take(rule, key)).isAllowed, true)
    assert.equal((await limits.take(rule, key)).isAllowed, false)
    assert.equal((await limits.take(rule, nextKey())).isAllowed, true)
    assert.equal((await limits.take({ ...rule, name: 'other' }, key)).isAllowed, true)
    const fresh = nextKey()
    for (let i = 0; i < 9; i++) await limits.giveBack(rule, fresh)
    for (let i = 0; i < 3; i++) assert.equal((await limits.take(rule, fresh)).isAllowed, true)
    assert.equal(
      (await limits.take(rule, fresh)).isAllowed,
      false,
      'giving back what was not taken gains nothing',
    )
  }))

test('several processes share what is counted in the database', async () => {
  const other = sharedLimits(opened.openAnother().db, clock)
  const key = nextKey()
  const own = kinds['in the database']
  assert.ok(own)
  await own.take(rule, key)
  await other.take(rule, key)
  await own.take(rule, key)
  assert.equal((await other.take(rule, key)).isAllowed, false)
})

test('in memory, only so many keys are kept, and the newest are', async () => {
  const limits = memoryLimits(clock)
  const first = nextKey()
  for (let i = 0; i < 4; i++) await limits.take(rule, first)
  for (let i = 0; i < 50_000; i++) await limits.take(rule, `flood ${i}`)
  assert.equal((await limits.look(rule, first))?.remaining, 3, 'the oldest went')
  assert.equal((await limits.look(rule, 'flood 49999'))?.remaining, 2)
})

test('switched off, everything is allowed and nothing is told', async () => {
  const limits = noLimits(clock)
  for (let i = 0; i < 10; i++) assert.equal((await limits.take(rule, 'x')).isAllowed, true)
  assert.equal(await limits.look(rule, 'x'), undefined)
})
