// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../../storage/accounts.ts'
import { type Bus, localBus } from '../../storage/bus.ts'
import type { Session } from '../../storage/sessions.ts'
import { createSessionCache, type SessionCache, type SignedIn, type TokenKey } from './session-cache.ts'

function prepare(): { cache: SessionCache; bus: Bus; clock: { time: number; now(): number } } {
  const clock = { time: 1_000_000, now: () => clock.time }
  const bus = localBus()
  return { cache: createSessionCache({ bus, clock }), bus, clock }
}

function signedIn(sessionId: string, accountId: number): SignedIn {
  return {
    session: { id: sessionId, accountId } as Session,
    account: { id: accountId } as Account,
  }
}

type Key = TokenKey & { endsAt: number }

const keyOf = (digest: string, now: number, changes: Partial<Key> = {}): Key => ({
  digest,
  realmId: 1,
  app: 'latchkey',
  now,
  endsAt: 9_000_000,
  ...changes,
})

test('a token is found for five seconds, in its own realm and app', () => {
  const { cache, clock } = prepare()
  const who = signedIn('s1', 1)
  cache.keep(keyOf('d1', clock.time), who)
  assert.equal(cache.find(keyOf('d1', clock.time))?.session.id, 's1')
  assert.equal(cache.find(keyOf('d1', clock.time + 4_999))?.account.id, 1)
  assert.equal(cache.find(keyOf('d1', clock.time, { realmId: 2 })), undefined)
  assert.equal(cache.find(keyOf('d1', clock.time, { app: 'starter' })), undefined)
  assert.equal(cache.find(keyOf('d2', clock.time)), undefined)
  assert.equal(cache.find(keyOf('d1', clock.time + 5_000)), undefined)
})

test('a token or session that ends within the five seconds ends then', () => {
  const { cache, clock } = prepare()
  cache.keep(keyOf('d1', clock.time, { endsAt: clock.time + 2_000 }), signedIn('s1', 1))
  assert.ok(cache.find(keyOf('d1', clock.time + 1_999)))
  assert.equal(cache.find(keyOf('d1', clock.time + 2_000)), undefined)
})

test('a message drops what it is about at once, and nothing else', () => {
  const { cache, bus, clock } = prepare()
  const now = clock.time
  cache.keep(keyOf('a1', now), signedIn('s1', 1))
  cache.keep(keyOf('a2', now), signedIn('s1', 1))
  cache.keep(keyOf('b', now), signedIn('s2', 1))
  cache.keep(keyOf('c', now), signedIn('s3', 2))
  bus.publish({ kind: 'session_ended', sessionId: 's1' })
  const found = (): string[] => ['a1', 'a2', 'b', 'c'].filter((digest) => cache.find(keyOf(digest, now)))
  assert.deepEqual(found(), ['b', 'c'], 'both tokens of the session')
  bus.publish({ kind: 'mail_waiting' })
  assert.deepEqual(found(), ['b', 'c'])
  bus.publish({ kind: 'account_changed', accountId: 1 })
  assert.deepEqual(found(), ['c'])
})

test('a look that began before a change cannot bring the old state back; one that began after may', () => {
  for (const message of [
    { kind: 'account_changed', accountId: 1 },
    { kind: 'session_ended', sessionId: 's1' },
  ] as const) {
    const { cache, bus, clock } = prepare()
    const began = clock.time
    clock.time += 10
    bus.publish(message)
    clock.time += 10
    cache.keep(keyOf('d', began), signedIn('s1', 1))
    assert.equal(cache.find(keyOf('d', clock.time)), undefined, `a stale look after ${message.kind}`)
    cache.keep(keyOf('d', began + 10), signedIn('s1', 1))
    assert.equal(cache.find(keyOf('d', clock.time)), undefined, 'nor one of the same instant')
    cache.keep(keyOf('d', clock.time), signedIn('s1', 1))
    assert.ok(cache.find(keyOf('d', clock.time)))
  }
})

test('it remembers only so many tokens, the oldest go first, and what they were indexed by goes with them', () => {
  const { cache, bus, clock } = prepare()
  for (let i = 0; i < 20_001; i++) cache.keep(keyOf(`d${i}`, clock.time), signedIn(`s${i}`, i))
  assert.equal(cache.find(keyOf('d0', clock.time)), undefined)
  assert.ok(cache.find(keyOf('d1', clock.time)))
  assert.ok(cache.find(keyOf('d20000', clock.time)))
  bus.publish({ kind: 'account_changed', accountId: 0 })
  bus.publish({ kind: 'account_changed', accountId: 20_000 })
  assert.equal(cache.find(keyOf('d20000', clock.time)), undefined)
})

test('each use is told once, with the last time of it', () => {
  const { cache, clock } = prepare()
  cache.keep(keyOf('d1', clock.time), signedIn('s1', 1))
  cache.find(keyOf('d1', clock.time + 100))
  cache.find(keyOf('d1', clock.time + 200))
  cache.find(keyOf('unknown', clock.time + 200))
  assert.deepEqual([...cache.takeUses()], [['s1', clock.time + 200]])
  assert.deepEqual([...cache.takeUses()], [])
})
