// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OverloadedError } from '../../overloaded.ts'
import { createPasswordHasher } from './hasher.ts'

test('a password matches its hash and nothing else does, and a hash says how it was made', async () => {
  const hasher = createPasswordHasher()
  const phc = await hasher.hash('granite-otter')
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await hasher.verify('granite-otter', phc), true)
  for (const wrong of ['granite-otter ', 'Granite-otter', '', 'granite-otte', `granite-otter${'\0'}`]) {
    assert.equal(await hasher.verify(wrong, phc), false, wrong)
  }
  assert.notEqual(await hasher.hash('granite-otter'), phc)
})

test('one password has one form, however its letters were composed', async () => {
  const hasher = createPasswordHasher()
  const phc = await hasher.hash('Mu\u0308nchen ﬁnal')
  assert.equal(await hasher.verify('M\u00fcnchen final', phc), true)
})

test('all of 128 characters count, of whatever script', async () => {
  const hasher = createPasswordHasher()
  for (const letter of ['x', 'ü', '世', '🌍']) {
    const password = letter.repeat(128)
    const phc = await hasher.hash(password)
    assert.equal(await hasher.verify(password, phc), true)
    assert.equal(await hasher.verify(`${letter.repeat(127)}y`, phc), false)
  }
})

test('nobody’s password is wrong, after as much work as somebody’s', async () => {
  const hasher = createPasswordHasher()
  const phc = await hasher.hash('granite-otter')
  // Work of the processor in microseconds, which does not depend on what else the machine does.
  const work = async (password: string, against: string | null): Promise<number> => {
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 6; i++) {
      const before = process.cpuUsage()
      assert.equal(await hasher.verify(password, against), false)
      const { user, system } = process.cpuUsage(before)
      best = Math.min(best, user + system)
    }
    return best
  }
  const somebody = await work('wrong', phc)
  for (const [what, spent] of [
    ['nobody', await work('wrong', null)],
    ['nobody, with an empty password', await work('', null)],
    ['a password that is too long to be one', await work('x'.repeat(2_000), phc)],
  ] as const) {
    assert.ok(
      spent > somebody / 3 && spent < somebody * 3,
      `${what}: ${spent} µs of work, somebody: ${somebody} µs`,
    )
  }
  assert.equal(await hasher.verify('', null), false)
})

test('who waits is served in turn, as many at once as there are threads', async () => {
  const hasher = createPasswordHasher({ threads: 1 })
  const phc = await hasher.hash('x')
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      await hasher.verify('wrong', phc)
      order.push(i)
    }),
  )
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
})

test('only so many may wait: the next is refused at once, and there is room again when they are done', async () => {
  const hasher = createPasswordHasher({ threads: 1 })
  const phc = await hasher.hash('x')
  await hasher.verify('wrong', null)
  const waiting = Array.from({ length: 101 }, () => hasher.verify('wrong', phc))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(hasher.waiting, 100)
  for (const refused of [hasher.hash('x'), hasher.verify('x', phc), hasher.verify('x', null)]) {
    await assert.rejects(refused, (error) => error instanceof OverloadedError && error.retryAfterSeconds >= 1)
  }
  assert.equal(hasher.waiting, 100, 'they were refused while all others still waited')
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([false]))
  assert.equal(hasher.waiting, 0)
  assert.equal(await hasher.verify('x', phc), true)
})

test('a hash that cannot be read is an error that frees its place', async () => {
  const hasher = createPasswordHasher({ threads: 1 })
  for (let i = 0; i < 3; i++) await assert.rejects(hasher.verify('x', 'no PHC string'))
  const phc = await hasher.hash('x')
  assert.equal(await hasher.verify('x', phc), true)
})
