import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openTestStorage, type TestStorage, until } from '../test/support/engine.ts'
import type { Message } from './bus.ts'

let opened: TestStorage
before(async () => {
  opened = await openTestStorage()
})
after(() => opened.close())

function listen(bus: { subscribe(listener: (message: Message) => void): void }): Message[] {
  const heard: Message[] = []
  bus.subscribe((message) => void heard.push(message))
  return heard
}

test('a message is heard at once in the process that says it, by every listener', () => {
  const { bus } = opened.storage
  const [one, two] = [listen(bus), listen(bus)]
  bus.publish({ kind: 'account_changed', accountId: 7 })
  assert.deepEqual(one, [{ kind: 'account_changed', accountId: 7 }])
  assert.deepEqual(two, one)
})

if (process.env.TEST_DATABASE === 'postgres') {
  const urlOf = ({ location }: TestStorage): string => (location.kind === 'postgres' ? location.url : '')

  test('a message reaches another process’s pool by NOTIFY', async () => {
    const other = opened.openAnother()
    const heard = listen(other.bus)
    let n = 0
    await until(
      () => {
        // The other one may still be connecting; whoever listens late re-checks by time.
        opened.storage.bus.publish({ kind: 'session_ended', sessionId: `s${++n}` })
        return heard.length
      },
      // What other tests said may still be on its way.
      () => heard.some(({ kind }) => kind === 'session_ended'),
    )
    const back = listen(opened.storage.bus)
    other.bus.publish({ kind: 'account_changed', accountId: 42 })
    await until(() => back.some((message) => message.kind === 'account_changed' && message.accountId === 42))
  })

  test('what a process says it hears once, though it is told to all', async () => {
    const other = opened.openAnother()
    const [here, there] = [listen(opened.storage.bus), listen(other.bus)]
    opened.storage.bus.publish({ kind: 'account_changed', accountId: 4711 })
    const isLast = ({ kind }: Message): boolean => kind === 'keys_changed'
    await until(
      () => other.bus.publish({ kind: 'keys_changed' }),
      () => here.some(isLast),
    )
    await until(
      () => opened.storage.bus.publish({ kind: 'session_ended', sessionId: 'once' }),
      () => there.some(({ kind }) => kind === 'session_ended'),
    )
    assert.equal(here.filter((message) => 'accountId' in message && message.accountId === 4711).length, 1)
  })

  test('what somebody else says on the channel is passed over', async () => {
    const heard = listen(opened.storage.bus)
    const client = new pg.Client({ connectionString: urlOf(opened) })
    await client.connect()
    try {
      for (const payload of [
        '',
        'not JSON',
        '{',
        'null',
        '5',
        '[]',
        '"text"',
        '{"message":null}',
        '{"message":{"kind":5}}',
        '{"message":{"no":"kind"}}',
      ]) {
        await client.query('select pg_notify($1, $2)', ['latchkey', payload])
      }
      await client.query('select pg_notify($1, $2)', ['latchkey', '{"message":{"kind":"mail_waiting"}}'])
    } finally {
      await client.end()
    }
    await until(() => heard.some(({ kind }) => kind === 'mail_waiting'))
    const known = ['account_changed', 'session_ended', 'keys_changed', 'mail_waiting']
    assert.ok(
      heard.every(({ kind }) => known.includes(kind)),
      JSON.stringify(heard),
    )
  })

  test('a listener whose connection was broken listens again by itself', async () => {
    const other = opened.openAnother()
    const heard = listen(other.bus)
    let n = 0
    const say = (): number => {
      opened.storage.bus.publish({ kind: 'account_changed', accountId: ++n })
      return heard.length
    }
    await until(say)
    const client = new pg.Client({ connectionString: urlOf(opened) })
    await client.connect()
    try {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`,
      )
      assert.ok((rowCount ?? 0) >= 2, 'every listener was cut off')
    } finally {
      await client.end()
    }
    const before = n
    await until(() => {
      say()
      return heard.some((message) => message.kind === 'account_changed' && message.accountId > before + 1)
    })
  })
}
