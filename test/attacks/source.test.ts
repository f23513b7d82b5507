// runs once
/** What is safe by construction, held by reading every file of the product. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { importsOf } from '../../tools/arrows/imports.ts'

const root = join(import.meta.dirname, '..', '..')
const files = globSync('{engine,storage,contracts,server}/**/*.ts', { cwd: root })
  .filter((path) => !path.endsWith('.test.ts'))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Comments may name what code may not. */
function codeOf(path: string, text: string): string {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS)
  return ts.createPrinter({ removeComments: true }).printFile(file)
}

const sources = files.map(({ path, text }) => ({ path, text: codeOf(path, text) }))

function filesWith(pattern: RegExp): string[] {
  return sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
}

function importersOf(name: string): string[] {
  return filesWith(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from`))
}

test('the walk sees the product', () => {
  assert.ok(files.length > 100)
  assert.ok(filesWith(/insertInto\("session"\)|insertInto\('session'\)/).length > 0)
})

test('only the gate makes sessions', () => {
  assert.deepEqual(importersOf('insertSession'), ['engine/sessions/gate.ts'])
  assert.deepEqual(filesWith(/insertInto\(['"`]session['"`]\)|insert into session/i), ['storage/sessions.ts'])
  assert.deepEqual(filesWith(/\bsign\(['"`]sha256|new SignJWT\(/), ['engine/sessions/token.ts'])
  assert.deepEqual(importersOf('signToken'), [
    'engine/authenticators/recovery-token.ts',
    'engine/sessions/session-token.ts',
  ])
  assert.deepEqual(importersOf('signSessionToken'), ['engine/sessions/sign-in.ts'])
})

test('what may be used once is spent by the statements of one file alone', () => {
  assert.deepEqual(filesWith(/(updateTable|insertInto)\(['"`]one_time_secret['"`]\)/), [
    'storage/one-time-secrets.ts',
  ])
  assert.deepEqual(filesWith(/\bspent_at\b/), [
    'storage/migrations/2026-11-21T1300-accounts.ts',
    'storage/one-time-secrets.ts',
    'storage/schema.ts',
  ])
  assert.deepEqual(importersOf('spendBySecret'), ['engine/authenticators/one-time-secret.ts'])
  assert.deepEqual(importersOf('tryBySubject'), [
    'engine/accounts/verify-email-code.ts',
    'engine/authenticators/sign-in-with-code.ts',
  ])
})

test('a look at a live secret leads to its spending, and is trusted for nothing else', () => {
  assert.deepEqual(importersOf('findBySecret'), ['engine/authenticators/one-time-secret.ts'])
  const lookers = importersOf('lookAtLink')
  assert.deepEqual(lookers, [
    'engine/accounts/confirm-email.ts',
    'engine/accounts/verify-email.ts',
    'engine/authenticators/complete-recovery.ts',
    'engine/authenticators/oauth/complete-sign-up.ts',
    'engine/authenticators/oauth/pending-sign-up.ts',
    'engine/authenticators/totp/second-step.ts',
  ])
  const spenders = [...importersOf('consumeLink'), ...importersOf('tryLink')]
  for (const path of lookers) assert.ok(spenders.includes(path), `${path} consumes too`)
})

test('no randomness that can be foretold', () => {
  assert.deepEqual(filesWith(/Math\s*\.\s*random|pseudoRandomBytes/), [])
})

/** Compared on purpose, and never a secret of ours with what a caller sent. */
const NO_ORACLE = [
  // One that everybody knows.
  'engine/authenticators/sign-in-with-password.ts: password === defaultAdmin?.password',
  // The digest of a signed cookie with the one that began the registration, whose link the caller has as well.
  "engine/accounts/confirm-email.ts: device === Buffer.from(client.deviceHash).toString('hex')",
  // The stored hash, before and after the work.
  'engine/authenticators/change-password-by-email.ts: (await findPasswordHash(tx, account.id, clock.now())) !== current',
  'engine/authenticators/change-password.ts: (await findPasswordHash(tx, accountId, clock.now())) !== presence.value',
  'engine/authenticators/sign-in-with-password.ts: (await findPasswordHash(tx, accountId, clock.now())) !== phc',
  // Both come from the same caller.
  'engine/authenticators/change-password.ts: currentPassword === newPassword',
  'engine/authenticators/change-password-by-email.ts: currentPassword === newPassword',
  'contracts/salon/change-password.ts: newPassword !== confirmPassword',
  // Content hashes of pictures, which are public.
  'engine/accounts/account-picture.ts: before !== hash',
  // Ids.
  'storage/push-devices.ts: before.account_id !== device.accountId',
]

test('D10: no secret is compared by ===, whose time tells how much of it was right', () => {
  const compared: string[] = []
  for (const { path, text } of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isBinaryExpression(node) && /^[!=]==?$/.test(node.operatorToken.getText(file))) {
        const sides = [node.left, node.right]
        const isConstant = sides.some(
          (side) =>
            ts.isStringLiteralLike(side) ||
            ts.isNumericLiteral(side) ||
            ts.isTypeOfExpression(side) ||
            /^(null|undefined|true|false|0)$/.test(side.getText(file)),
        )
        if (!isConstant && sides.some((side) => isSecretName(side, file))) {
          compared.push(`${path}: ${node.getText(file)}`)
        }
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  assert.deepEqual(compared.toSorted(), NO_ORACLE.toSorted())
})

function isSecretName(side: ts.Node, file: ts.SourceFile): boolean {
  const text = side.getText(file)
  if (/\.(length|kind|name|code|purpose)$/.test(text)) return false
  return /(hash|token|secret|signature|digest|crumb|phc|password|device|setupCode)\b/i.test(text)
}

test('D1: where a request says it was sent to is read in one file, for routing alone', () => {
  const readsHost =
    /headers\s*(\?\.|\.)\s*host\b|headers\[['"`](:authority|host|x-forwarded-(host|proto|port|server|prefix)|forwarded|x-original-host|x-host)['"`]\]|\b(request|req)\.(host|hostname|protocol|port|originalUrl)\b/i
  assert.deepEqual(filesWith(readsHost), ['server/http/hosts.ts'])
  assert.deepEqual(filesWith(/x-forwarded-host|x-forwarded-proto|['"`]forwarded['"`]/i), [])
  assert.deepEqual(filesWith(/\[['"`]x-forwarded-for|x-real-ip|cf-connecting-ip|trustProxy:\s*(true|\d)/i), [
    'server/build-app.ts',
  ])
})

test('C7: the algorithm of a token is ours to say, and no library decodes one unchecked', () => {
  assert.deepEqual(filesWith(/\bjwtVerify\(/), ['engine/sessions/token.ts'])
  assert.deepEqual(filesWith(/decodeJwt|decodeProtectedHeader|UnsecuredJWT|jwtDecrypt/), [])
})

test('D9: no statement is put together from text', () => {
  const raw = sources.filter(({ text }) => /sql\.(raw|lit|unsafe)|\.exec\(`[^`]*\$\{/.test(text))
  assert.deepEqual(
    raw.map(({ path }) => path),
    [],
  )
})

test('no file of the engine or the contracts reads the environment, the clock of the machine or chance by itself', () => {
  const impure = sources
    .filter(({ path }) => path.startsWith('engine/'))
    .filter(({ text }) => /process\.env|Date\.now\(\)|new Date\(\)/.test(text))
    .map(({ path }) => path)
  assert.deepEqual(impure, ['engine/clock.ts'])
})

test('every import that the walk relies on is found by the parser too', () => {
  const gate = files.find(({ path }) => path === 'engine/sessions/gate.ts')
  assert.ok(gate)
  const imports = importsOf(gate.path, gate.text).map(({ specifier }) => specifier)
  assert.ok(imports.includes('../../storage/sessions.ts'))
})
