import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextPath } from './next-path.ts'

const ORIGIN = 'https://accounts.example.org'

test('a path of ours is kept with its search and fragment', () => {
  assert.equal(nextPath('/account?tab=1#sessions', ORIGIN), '/account?tab=1#sessions')
  assert.equal(nextPath(`${ORIGIN}/account`, ORIGIN), '/account')
})

for (const next of [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  `${ORIGIN}.evil.example/`,
  `${ORIGIN}@evil.example/`,
  'https://ada:pw@accounts.example.org/',
  'http://accounts.example.org/',
  'javascript:alert(1)',
  'data:text/html,x',
  '\t//evil.example',
  'https://',
]) {
  test(`${JSON.stringify(next)} leads to the start page`, () => {
    assert.equal(nextPath(next, ORIGIN), '/')
  })
}

test('no next leads to the start page', () => {
  assert.equal(nextPath(undefined, ORIGIN), '/')
  assert.equal(nextPath(undefined, ORIGIN, '/realms/salon/'), '/realms/salon/')
  assert.equal(nextPath('//evil.example', ORIGIN, '/realms/salon/'), '/realms/salon/')
})

test('whatever next says, where it leads is of this origin', () => {
  const tricky = fc.string({
    unit: fc.constantFrom('/', '\\', '.', ':', '@', '?', '#', '\t', '\n', ' ', 'e', 'http'),
  })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl(), tricky), (next) => {
      const path = nextPath(next, ORIGIN)
      assert.equal(new URL(path, ORIGIN).origin, ORIGIN)
    }),
  )
})
