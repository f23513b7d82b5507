/** The runner itself: every way to fail must show in what it prints, its last line and its exit code. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'

const importTest = `import test from 'node:test'\nimport assert from 'node:assert/strict'\n`

/** Runs the tests of a house of these files, on SQLite, without checks. */
function runTests(files: Record<string, string>, ...args: string[]) {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-runner-'))
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), importTest + source)
    }
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'test.ts'), '--no-check', '--sqlite', ...args],
      {
        cwd: root,
        env: { ...process.env, LATCHKEY_TEST_ROOT: root, TEST_FILE_SECONDS_MAX: '2' },
        encoding: 'utf8',
      },
    )
    return { output: stdout + stderr, lastLine: stdout.trimEnd().split('\n').at(-1), status }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

test('tests that pass are counted, subtests too, and the exit code is 0', () => {
  const { lastLine, status } = runTests({
    'engine/a.test.ts': `test('a', async (t) => { await t.test('b', () => {}) })`,
    'storage/b.test.ts': `test('on the database it is told', () => assert.equal(process.env.TEST_DATABASE, 'sqlite'))`,
  })
  assert.equal(lastLine, '3 passed, 0 failed')
  assert.equal(status, 0)
})

test('a test that fails is shown with its place and its error', () => {
  const { output, lastLine, status } = runTests({
    'engine/a.test.ts': `test('sums', () => assert.equal(1 + 1, 3))\ntest('other', () => {})`,
  })
  assert.equal(lastLine, '1 passed, 1 failed')
  assert.equal(status, 1)
  assert.match(output, /^FAIL {2}engine\/a\.test\.ts/m)
  assert.match(output, / {2}sums\n {2}at \S*engine\/a\.test\.ts:3:1\n.*Expected values to be strictly equal/)
})

const failing: Record<string, [source: string, said: RegExp]> = {
  'a skipped test': [`test.skip('a', () => {})`, /The test is skipped/],
  'a test skipped by an option': [`test('a', { skip: true }, () => {})`, /The test is skipped/],
  'a test left to do': [`test('a', { todo: true }, () => {})`, /The test is a todo/],
  'a test marked only': [`test('a', { ${'only'}: true }, () => {})`, /leave all others out/],
  'a file without a test': [`console.log('hello')`, /has no test/],
  'a file that cannot be loaded': [`import './missing.ts'`, /ended with exit code 1[\s\S]*missing\.ts/],
  'a file that ends itself': [`test('a', () => {})\nsetTimeout(() => process.exit(3), 100)`, /exit code 3/],
  'an error after the last test': [
    `test('a', () => {})\nsetTimeout(() => { throw new Error('late') }, 50)`,
    /late|exit code/,
  ],
  'a file kept alive by a timer': [`test('a', () => {})\nsetInterval(() => {}, 100)`, /kept it alive/],
  'a test that never settles': [
    `test('waits', () => new Promise(() => {}))`,
    /did not end within 2 s[\s\S]*in the test "waits"/,
  ],
  'a test that hangs and ignores signals': [
    `process.on('SIGTERM', () => {})\ntest('spins', () => { for (;;); })`,
    /did not end within 2 s/,
  ],
  'a hook that fails': [`test.before(() => { throw new Error('hook') })\ntest('a', () => {})`, /hook/],
}

for (const [what, [source, said]] of Object.entries(failing)) {
  test(`${what} fails the run`, () => {
    const { output, lastLine, status } = runTests({ 'engine/a.test.ts': source })
    assert.match(output, said)
    assert.match(lastLine ?? '', /^\d+ passed, [1-9]\d* failed$/)
    assert.equal(status, 1)
  })
}

test('what a failing file printed is shown, what a passing one printed is not', () => {
  const { output } = runTests({
    'engine/a.test.ts': `console.log('loud')\ntest('a', () => { throw new Error('no') })`,
    'engine/b.test.ts': `console.log('quiet')\ntest('a', () => {})`,
  })
  assert.match(output, /loud/)
  assert.doesNotMatch(output, /quiet/)
})

test('a process that a test left running is ended with its file', () => {
  const { output, lastLine } = runTests({
    'engine/a.test.ts': `import { spawn } from 'node:child_process'
      test('a', () => { spawn('sleep', ['60'], { stdio: 'inherit' }).unref() })`,
  })
  assert.equal(lastLine, '1 passed, 0 failed', output)
})

test('a name chooses tests and a pattern chooses files', () => {
  const files = {
    'engine/sign-in.test.ts': `test('by code', () => {})\ntest('by password', () => {})`,
    'engine/other.test.ts': `test('by code', () => { throw new Error('no') })`,
  }
  assert.equal(runTests(files, 'sign-in', '--name', 'code').lastLine, '1 passed, 0 failed')
})

test('a pattern that matches nothing fails the run', () => {
  assert.equal(
    runTests({ 'engine/a.test.ts': `test('a', () => {})` }, 'nowhere').lastLine,
    '0 passed, 1 failed',
  )
})
