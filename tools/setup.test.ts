/** Setting a checkout up, with an npm and a Vite that only pretend. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

/** Writes down how it was called, and installs a Node, a Vite and what its arguments ask for. */
const FAKE_NPM = `#!/bin/sh
echo "$@" >> npm-calls
if [ -n "$FAIL" ]; then echo 'npm error network' >&2; exit 1; fi
sleep "\${SLOW:-0}"
case "$1" in ci) rm -rf node_modules ;; esac
mkdir -p node_modules/.bin node_modules/vite/bin
echo "console.log('built'); require('fs').writeFileSync(process.argv[5] + '/index.html', '')" > node_modules/vite/bin/vite.js
if [ -n "$WITH_ROLLDOWN" ]; then ln -sfn ${join(import.meta.dirname, '..', 'node_modules', 'rolldown')} node_modules/rolldown; fi
if [ -z "$WITHOUT_NODE" ]; then ln -sf "$NODE_26" node_modules/.bin/node; fi
`

type Ended = { output: string; code: number }

async function inCheckout(work: (checkout: Checkout) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-setup-test-'))
  const checkout = new Checkout(root)
  try {
    await work(checkout)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

class Checkout {
  readonly root: string

  constructor(root: string) {
    this.root = root
    mkdirSync(join(root, 'tools'))
    mkdirSync(join(root, 'path'))
    cpSync(join(import.meta.dirname, 'setup.mjs'), join(root, 'tools', 'setup.mjs'))
    cpSync(join(import.meta.dirname, 'setup'), join(root, 'tools', 'setup'), { recursive: true })
    this.write('package-lock.json', '{"packages":{}}')
    this.write('package.json', '{"type":"commonjs"}')
    this.write('path/npm', FAKE_NPM)
    chmodSync(join(root, 'path', 'npm'), 0o755)
    symlinkSync(process.execPath, join(root, 'path', 'node'))
  }

  setUp(mode: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(process.execPath, ['tools/setup.mjs', mode], {
      cwd: this.root,
      env: { ...process.env, PATH: `${this.root}/path:/usr/bin:/bin`, NODE_26: process.execPath, ...env },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    return new Promise((resolve) => child.on('close', (code) => resolve({ output, code: code ?? -1 })))
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  /** The commands that npm was given so far. */
  get npmCalls(): string[] {
    if (!existsSync(join(this.root, 'npm-calls'))) return []
    return readFileSync(join(this.root, 'npm-calls'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' --loglevel')[0] ?? '')
  }
}

test('a first start installs what running needs; a second does and says nothing', () =>
  inCheckout(async (checkout) => {
    const first = await checkout.setUp('start')
    assert.equal(first.code, 0, first.output)
    assert.match(first.output, /Installing packages \(first run\)[\s\S]*done in/)
    assert.deepEqual(await checkout.setUp('start'), { output: '', code: 0 })
    assert.deepEqual(checkout.npmCalls, ['ci --omit=dev --include=optional'])
  }))

test('tests add the development packages without removing what a running server uses', () =>
  inCheckout(async (checkout) => {
    await checkout.setUp('start')
    await checkout.setUp('test')
    assert.deepEqual(checkout.npmCalls.slice(1), ['install --no-save --include=dev --include=optional'])
    assert.deepEqual(await checkout.setUp('start'), { output: '', code: 0 })
  }))

test('a full install that is out of date is replaced by a full one, also for a start', () =>
  inCheckout(async (checkout) => {
    await checkout.setUp('test')
    checkout.write('package-lock.json', '{"packages":{"":{}}}')
    const { output } = await checkout.setUp('start')
    assert.match(output, /package-lock\.json has changed/)
    assert.deepEqual(checkout.npmCalls, [
      'ci --include=dev --include=optional',
      'ci --include=dev --include=optional',
    ])
  }))

test("what a contributor's own npm install brought is not installed again", () =>
  inCheckout(async (checkout) => {
    await checkout.setUp('test')
    const locked = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } }
    checkout.write('package-lock.json', JSON.stringify(locked))
    checkout.write('node_modules/.package-lock.json', JSON.stringify(locked))
    assert.deepEqual(await checkout.setUp('test'), { output: '', code: 0 })
    assert.equal(checkout.npmCalls.length, 1)
  }))

test('when npm fails, setup says what to do, fails, and tries again the next time', () =>
  inCheckout(async (checkout) => {
    const { output, code } = await checkout.setUp('start', { FAIL: 'yes' })
    assert.equal(code, 1)
    assert.match(output, /npm error network[\s\S]*npm could not install[\s\S]*npm ping/)
    assert.equal((await checkout.setUp('start')).code, 0)
  }))

test('a platform without a ready-made Node is told, unless its own is new enough', () =>
  inCheckout(async (checkout) => {
    // These tests run on the Node that is new enough.
    assert.equal((await checkout.setUp('start', { WITHOUT_NODE: 'yes' })).code, 0)
    checkout.write('package-lock.json', '{"packages":{"":{}}}')
    checkout.write('old-node', '#!/bin/sh\necho v20.1.0')
    chmodSync(join(checkout.root, 'old-node'), 0o755)
    const { output, code } = await checkout.setUp('start', { NODE_26: join(checkout.root, 'old-node') })
    assert.equal(code, 1)
    assert.match(output, /does not run here[\s\S]*it calls itself 20\.1\.0/)
  }))

test('two setups at once install once: the second waits for the first', () =>
  inCheckout(async (checkout) => {
    const both = await Promise.all([
      checkout.setUp('start', { SLOW: '1' }),
      checkout.setUp('start', { SLOW: '1' }),
    ])
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    )
    assert.equal(checkout.npmCalls.length, 1)
    assert.match(both.map(({ output }) => output).join(''), /Waiting for another setup/)
  }))

test('the web app is built when its sources changed, not when they were only touched', () =>
  inCheckout(async (checkout) => {
    checkout.write('web/index.html', 'one')
    const built = async () => (await checkout.setUp('start')).output.includes('Building the web app')
    assert.equal(await built(), true)
    assert.equal(await built(), false)
    checkout.write('web/index.html', 'one')
    assert.equal(await built(), false, 'touched')
    checkout.write('web/index.html', 'two')
    assert.equal(await built(), true, 'changed')
    checkout.write('client/index.ts', 'export {}')
    assert.equal(await built(), true, 'the client changed')
    rmSync(join(checkout.root, 'web', 'dist'), { recursive: true })
    assert.equal(await built(), true, 'removed')
    assert.equal(existsSync(join(checkout.root, 'web', 'node_modules')), false)
  }))

test('the server is bundled anew when any file that it is made of changed', () =>
  inCheckout(async (checkout) => {
    checkout.write('package.json', '{"type":"module"}')
    checkout.write('server/main.ts', "import { one } from '../engine/one.ts'\nconsole.log('says', one)")
    checkout.write('engine/one.ts', 'export const one: string = "one"')
    checkout.write('engine/one.test.ts', '')
    const bundled = async () => {
      const { code, output } = await checkout.setUp('start', { WITH_ROLLDOWN: '1' })
      assert.equal(code, 0, output)
      return output.includes('Bundling the server')
    }
    const says = () =>
      execFileSync(process.execPath, ['dist/main.js'], { cwd: checkout.root, encoding: 'utf8' }).trim()
    assert.equal(await bundled(), true)
    assert.equal(says(), 'says one')
    checkout.write('engine/one.test.ts', 'changed')
    assert.equal(await bundled(), false, 'tests are not part of it')
    checkout.write('engine/one.ts', 'export const one: string = "two"')
    assert.equal(await bundled(), true)
    assert.equal(says(), 'says two')
    assert.equal(existsSync(join(checkout.root, 'node_modules', '.latchkey-build')), false)
  }))

test('a bundle that cannot be made leaves the old one in place, and says so', () =>
  inCheckout(async (checkout) => {
    checkout.write('server/main.ts', 'console.log("old")')
    assert.equal((await checkout.setUp('start', { WITH_ROLLDOWN: '1' })).code, 0)
    checkout.write('server/main.ts', 'console.log(')
    const { code, output } = await checkout.setUp('start', { WITH_ROLLDOWN: '1' })
    assert.equal(code, 1)
    assert.match(output, /Bundling the server failed/)
    assert.match(readFileSync(join(checkout.root, 'dist', 'main.js'), 'utf8'), /old/)
  }))

test('an argument that is neither start nor test is refused', () =>
  inCheckout(async (checkout) => {
    assert.equal((await checkout.setUp('install')).code, 1)
    assert.deepEqual(checkout.npmCalls, [])
  }))
