// runs once
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { settings } from '../../server/config/settings.ts'
import { startSmtp } from '../support/smtp.ts'
import { createFolder, freePort, runToEnd } from './support.ts'

const folder = createFolder()
after(() => folder.remove())

let made = 0
/** A data folder that is not there yet. */
const newData = () => join(folder.path, `data-${made++}`)
const latchkey = (args: string[], env: NodeJS.ProcessEnv = {}) => runToEnd(args, { cwd: folder.path, env })

async function doctor(env: NodeJS.ProcessEnv = {}) {
  return latchkey(['doctor'], { DATA_DIR: newData(), PORT: String(await freePort()), ...env })
}

/** The line to change is said under what is wrong. */
function assertRemedy(output: string, wrong: RegExp, remedy: RegExp): void {
  const lines = output.split('\n')
  const at = lines.findIndex((line) => line.startsWith('✗ ') && wrong.test(line))
  assert.notEqual(at, -1, `${wrong} is not in:\n${output}`)
  assert.match(lines[at + 1] ?? '', /^ {4}→ /)
  assert.match(lines[at + 1] ?? '', remedy)
}

test('--help names every command and every setting with its default', async () => {
  const { code, output } = await latchkey(['--help'])
  assert.equal(code, 0)
  for (const command of ['serve', 'migrate', 'doctor', 'version'])
    assert.match(output, new RegExp(`^  ${command} `, 'm'))
  for (const { env, meaning, fallback } of Object.values(settings)) {
    const line = output.split('\n').find((one) => one.trim().startsWith(`${env} `)) ?? ''
    assert.ok(line.includes(meaning) && line.includes(`(${fallback})`), `${env}: ${line}`)
  }
  for (const spelling of [['-h'], ['help'], ['doctor', '--help']]) {
    assert.deepEqual(await latchkey(spelling), { code, output })
  }
  assert.equal(existsSync(join(folder.path, 'data')), false, 'asking for help makes nothing')
})

test('version prints the version of the package, and nothing else', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'))
  for (const spelling of ['version', '--version']) {
    assert.deepEqual(await latchkey([spelling]), { code: 0, output: `${version}\n` })
  }
})

test('a command that nobody knows ends with exit code 2 and the way to those there are', async () => {
  const { code, output } = await latchkey(['sevre'])
  assert.equal(code, 2)
  assert.equal(output, 'There is no command "sevre". Try: latchkey --help\n')
})

test('serve and migrate refuse a bad configuration with exit code 2 and all that is wrong, and touch nothing', async () => {
  const data = newData()
  for (const args of [[], ['serve'], ['migrate']]) {
    const { code, output } = await latchkey(args, {
      DATA_DIR: data,
      PORT: 'x',
      WORKERS: '0',
      SECRET: 'hunter2',
    })
    assert.equal(code, 2)
    assert.match(
      output,
      /^Latchkey cannot start with this configuration:\n {2}- PORT is "x"; allowed: .*\n {2}- SECRET is not usable; allowed: .*\n {2}- WORKERS is "0"; allowed: .*\n$/,
    )
    assert.ok(!output.includes('hunter2'))
    assert.equal(existsSync(data), false)
  }
})

test('migrate brings a database to this version, says what it did, and the second time finds nothing to do', async () => {
  const data = newData()
  const first = await latchkey(['migrate'], { DATA_DIR: data })
  assert.equal(first.code, 0, first.output)
  assert.match(first.output, /^Done:\n( {2}\d{4}-\d\d-\d\dT\d{4}-\S+\n)+$/)
  assert.equal(statSync(join(data, 'latchkey.sqlite')).isFile(), true)
  const second = await latchkey(['migrate'], { DATA_DIR: data })
  assert.deepEqual(second, { code: 0, output: 'The database is up to date.\n' })
  assert.match((await doctor({ DATA_DIR: data })).output, /✓ Its schema is up to date/)
})

test('migrate says in a sentence that the database cannot be reached', async () => {
  const { code, output } = await latchkey(['migrate'], {
    DATABASE_URL: `postgres://ada:hunter2@127.0.0.1:${await freePort()}/latchkey`,
  })
  assert.equal(code, 1)
  assert.match(output, /^Nothing was changed: .*ECONNREFUSED/)
  assert.ok(!output.includes('hunter2') && !output.includes('    at '), output)
})

test('doctor finds everything in order where it is, and says what is configured', async () => {
  const { code, output } = await doctor({ CORS_ORIGINS: 'https://shop.example.org', LOG_LEVEL: 'warn' })
  assert.equal(code, 0, output)
  assert.match(output, /✓ Configuration: no latchkey\.yaml; defaults/)
  assert.match(output, /· From the environment: .*CORS_ORIGINS=https:\/\/shop\.example\.org .*LOG_LEVEL=warn/)
  assert.match(output, /· App latchkey: contract latchkey, realm main, at \/api/)
  assert.match(output, /· App starter: contract starter, realm starter, at \/starter/)
  assert.match(output, /✓ Data folder .* is writable/)
  assert.match(output, /✓ SQLite at .* answers/)
  assert.match(output, /✓ Files can be written, read and removed: folder .*\/files\n/)
  assert.match(output, /· \d+ migrations? to run; the next start runs them/)
  assert.match(output, /· No mail server: mail is printed on the console\n {4}→ SMTP_URL=smtp:/)
  assert.match(output, /✓ Port \d+ on 127\.0\.0\.1 is free/)
  assert.match(output, /✓ The web app is built/)
  assert.match(output, /Everything is in order\.\n$/)
  assert.ok(!output.includes('✗'))
})

test('doctor names the file that it read, and apps at hosts of their own', async () => {
  const file = folder.write('mine.yaml', 'apps: [{ contract: starter, host: starter.example.org }]')
  const { output } = await doctor({ LATCHKEY_CONFIG: file })
  assert.ok(output.includes(`✓ Configuration: ${file}`), output)
  assert.match(output, /· App starter: contract starter, realm starter, at host starter\.example\.org/)
})

test('doctor says what is wrong with the configuration, and shows no secret', async () => {
  const { code, output } = await doctor({ PORT: 'http', DATABASE_URL: 'mysql://root:hunter2@db' })
  assert.equal(code, 1)
  assert.match(output, /^✗ PORT is "http"; allowed: a whole number/m)
  assert.match(output, /^✗ DATABASE_URL is not usable; allowed: /m)
  assert.ok(!output.includes('hunter2'), output)
})

test('doctor shows that secrets are set, and none of them', async () => {
  const { output } = await doctor({
    SECRET: 'hunter2-hunter2-hunter2-hunter2-hunter2',
    SMTP_URL: `smtp://ada:hunter2@127.0.0.1:${await freePort()}`,
    DATABASE_URL: `postgres://ada:hunter2@127.0.0.1:${await freePort()}/latchkey`,
  })
  assert.match(output, /DATABASE_URL=… SECRET=… SMTP_URL=…/)
  assert.ok(!output.includes('hunter2'), output)
})

test('doctor finds a PostgreSQL that does not answer', async () => {
  const port = await freePort()
  const { code, output } = await doctor({ DATABASE_URL: `postgres://ada@127.0.0.1:${port}/latchkey` })
  assert.equal(code, 1)
  assertRemedy(
    output,
    new RegExp(`PostgreSQL at 127\\.0\\.0\\.1:${port} does not answer: .*ECONNREFUSED`),
    /DATABASE_URL/,
  )
  assert.match(output, /\n1 to mend\.\n$/)
})

test('doctor finds a data folder that cannot be written', async () => {
  const file = folder.write('not-a-folder', '')
  const { code, output } = await doctor({ DATA_DIR: join(file, 'data') })
  assert.equal(code, 1)
  assertRemedy(output, /Data folder .*not-a-folder\/data: .*ENOTDIR/, /DATA_DIR/)
  assertRemedy(output, /SQLite at .* does not answer/, /DATA_DIR/)
})

test('doctor finds files that cannot be kept, in a folder and in a bucket, and shows no secret', async () => {
  const data = newData()
  mkdirSync(data)
  writeFileSync(join(data, 'files'), '')
  const { code, output } = await doctor({ DATA_DIR: data })
  assert.equal(code, 1)
  assertRemedy(output, /Files cannot be kept in folder .*\/files: .*ENOTDIR/, /chown/)
  const bucket = await doctor({
    FILES_S3_BUCKET: 'pictures',
    FILES_S3_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    FILES_S3_ACCESS_KEY_ID: 'id',
    FILES_S3_SECRET_ACCESS_KEY: 'hunter2',
  })
  assert.equal(bucket.code, 1)
  assertRemedy(bucket.output, /Files cannot be kept in bucket pictures: .*ECONNREFUSED/, /rights of its key/)
  assert.ok(!bucket.output.includes('hunter2'))
})

test('doctor finds a secret that others can read', async () => {
  const data = newData()
  mkdirSync(data)
  const at = join(data, 'secret')
  writeFileSync(at, 's'.repeat(64), { mode: 0o644 })
  const { code, output } = await doctor({ DATA_DIR: data })
  assert.equal(code, 1)
  assertRemedy(output, /secret can be read by others/, /chmod 600 /)
  chmodSync(at, 0o600)
  assert.equal((await doctor({ DATA_DIR: data })).code, 0)
})

test('doctor tries the mail server: one that answers, one that refuses the password, one that is not there', async () => {
  const smtp = await startSmtp({ auth: { user: 'ada', password: 'right' } })
  try {
    const good = await doctor({ SMTP_URL: smtp.url, MAIL_FROM: 'house@example.org' })
    assert.equal(good.code, 0, good.output)
    assert.match(good.output, /✓ Mail server 127\.0\.0\.1:\d+ answers; mail comes from house@example\.org/)
    const refused = await doctor({ SMTP_URL: smtp.url.replace('right', 'hunter2') })
    assert.equal(refused.code, 1)
    assertRemedy(
      refused.output,
      /Mail server 127\.0\.0\.1:\d+: .*(Wrong user or password|Invalid login)/,
      /SMTP_URL/,
    )
    assert.ok(!refused.output.includes('hunter2'))
  } finally {
    await smtp.close()
  }
  const away = await doctor({ SMTP_URL: smtp.url })
  assert.equal(away.code, 1)
  assertRemedy(away.output, /Mail server .*ECONNREFUSED/, /SMTP_URL/)
})

test('doctor finds links that point nowhere, cookies and passwords in the open, and limits that are off', async () => {
  const others = await doctor({ HOST: '0.0.0.0' })
  assert.equal(others.code, 1)
  assertRemedy(
    others.output,
    /Others can reach this server, but links in mails point to http:\/\/localhost:\d+/,
    /PUBLIC_URL=https:/,
  )

  const plain = await doctor({ PUBLIC_URL: 'http://id.example.org' })
  assert.equal(plain.code, 1)
  assertRemedy(plain.output, /PUBLIC_URL is not https/, /PUBLIC_URL=https:\/\/id\.example\.org/)
  assertRemedy(plain.output, /Cookies are sent without https/, /COOKIE_SECURE=true/)

  const open = await doctor({ RATE_LIMIT: 'off' })
  assert.equal(open.code, 1)
  assertRemedy(open.output, /RATE_LIMIT is off/, /RATE_LIMIT=on/)

  const proxied = await doctor({ PUBLIC_URL: 'https://id.example.org' })
  assert.equal(proxied.code, 0, proxied.output)
  assert.match(
    proxied.output,
    /· A proxy seems to stand in front, and none is trusted.*\n {4}→ TRUST_PROXY=127\.0\.0\.1/,
  )
  const known = await doctor({ PUBLIC_URL: 'https://id.example.org', TRUST_PROXY: '127.0.0.1' })
  assert.equal(known.code, 0)
  assert.ok(!known.output.includes('A proxy seems to stand in front'))
})

test('doctor says who may hold a port, and finds an address that is not of this machine', async () => {
  const holder = createServer()
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening))
  const address = holder.address()
  assert.ok(typeof address === 'object' && address)
  const taken = await doctor({ PORT: String(address.port) })
  assert.equal(taken.code, 0, taken.output)
  assert.match(
    taken.output,
    new RegExp(`· Port ${address.port} on 127\\.0\\.0\\.1 is in use; by Latchkey itself`),
  )
  await new Promise((closed) => holder.close(closed))

  const elsewhere = await doctor({ HOST: '198.51.100.1', PUBLIC_URL: 'https://id.example.org' })
  assert.equal(elsewhere.code, 1)
  assertRemedy(elsewhere.output, /Port \d+ on 198\.51\.100\.1: .*EADDRNOTAVAIL/, /HOST/)
})
