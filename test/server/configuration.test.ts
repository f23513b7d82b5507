// runs once
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigError, loadConfig } from '../../server/config/load.ts'
import { settings } from '../../server/config/settings.ts'
import { createFolder } from './support.ts'

const folder = createFolder()
after(() => folder.remove())

function load(env: NodeJS.ProcessEnv = {}, yaml = '') {
  folder.write('latchkey.yaml', yaml)
  return loadConfig(env, folder.path)
}

function problemsOf(env: NodeJS.ProcessEnv = {}, yaml = ''): string[] {
  try {
    load(env, yaml)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('with no configuration at all the defaults of the manual hold', () => {
  const config = load()
  const { port, host, publicUrl, dataDir, storage, isCookieSecure, isRateLimited, workers, mailFrom } = config
  assert.deepEqual(
    { port, host, publicUrl, dataDir, isCookieSecure, isRateLimited, workers, mailFrom },
    {
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      dataDir: `${folder.path}/data`,
      isCookieSecure: false,
      isRateLimited: true,
      workers: 1,
      mailFrom: 'latchkey@localhost',
    },
  )
  assert.deepEqual(storage, { kind: 'sqlite', path: `${folder.path}/data/latchkey.sqlite` })
  assert.deepEqual([config.corsOrigins, config.trustedProxies], [[], []])
  assert.deepEqual([config.secret, config.smtpUrl, config.cookieDomain], [undefined, undefined, undefined])
})

test('each bad value is refused with the name of its key and what is allowed', () => {
  const bad: [string, string, RegExp][] = [
    ['PORT', '70000', /from 0 to 65535/],
    ['PORT', 'http', /a whole number/],
    ['PORT', '-1', /a whole number/],
    ['PORT', '3000.5', /a whole number/],
    ['PORT', '0x10', /a whole number/],
    ['PUBLIC_URL', 'id.example.org', /an origin such as https/],
    ['PUBLIC_URL', 'https://id.example.org/path', /without a path/],
    ['PUBLIC_URL', 'https://id.example.org/?a=b', /without a path/],
    ['PUBLIC_URL', 'https://user@id.example.org', /an origin/],
    ['PUBLIC_URL', 'ftp://id.example.org', /an origin/],
    ['COOKIE_SECURE', 'maybe', /true or false/],
    ['CSRF_ENABLED', '2', /true or false/],
    ['RATE_LIMIT', 'none', /on, off/],
    ['CORS_ORIGINS', '*', /an origin/],
    ['CORS_ORIGINS', 'https://a.example.org,https://b.example.org/x', /an origin/],
    ['TRUST_PROXY', 'true', /such as 10\.0\.0\.0\/8/],
    ['TRUST_PROXY', '1', /such as 10\.0\.0\.0\/8/],
    ['TRUST_PROXY', '10.0.0.0/33', /such as 10\.0\.0\.0\/8/],
    ['TRUST_PROXY', '10.0.0.1,proxy', /such as 10\.0\.0\.0\/8/],
    ['WORKERS', '0', /from 1 to 64/],
    ['WORKERS', '65', /from 1 to 64/],
    ['LOG_LEVEL', 'loud', /fatal, error, warn, info/],
    ['JWT_EXPIRY', 'soon', /such as/],
  ]
  for (const [name, value, allowed] of bad) {
    const [problem = '', ...others] = problemsOf({ [name]: value })
    assert.deepEqual(others, [], name)
    assert.ok(problem.startsWith(`${name} is "${value}"; allowed: `), problem)
    assert.match(problem, allowed)
  }
})

test('in the file the same values are refused by the key that stands there, and the file is named', () => {
  const [problem = ''] = problemsOf({}, 'port: 70000')
  assert.equal(
    problem,
    `port in ${folder.path}/latchkey.yaml is "70000"; allowed: a whole number from 0 to 65535.`,
  )
  assert.match(problemsOf({}, 'host: { a: 1 }')[0] ?? '', /^host in .* is not usable; allowed: one value/)
  assert.match(problemsOf({}, 'corsOrigins: [[https://a.example.org]]')[0] ?? '', /^corsOrigins in /)
})

test('all that is wrong is said at once', () => {
  const problems = problemsOf({ PORT: 'x', WORKERS: 'y' }, 'logLevel: z\nprot: 1\nrealms: { nowhere: {} }')
  assert.equal(problems.length, 5)
})

test('what should be secret is never shown, not even when it is wrong', async () => {
  const secrets: [string, string][] = [
    ['SECRET', 'hunter2'],
    ['DATABASE_URL', 'mysql://root:hunter2@db'],
    ['SMTP_URL', 'http://user:hunter2@mail'],
  ]
  for (const [name, value] of secrets) {
    const [problem = ''] = problemsOf({ [name]: value })
    assert.match(problem, new RegExp(`^${name} is not usable; allowed: `))
    assert.ok(!problem.includes('hunter2'), problem)
  }
  const [fromFile = ''] = problemsOf({}, 'smtpUrl: http://user:hunter2@mail')
  assert.match(fromFile, /^smtpUrl in /)
  assert.ok(!fromFile.includes('hunter2'), fromFile)
  for (const yaml of ['port: 1\nsecret: "hunter2" hunter2', 'secret: a: hunter2', 'secret: *hunter2']) {
    const [unread = ''] = problemsOf({}, yaml)
    assert.match(unread, /latchkey\.yaml cannot be read: .{20}/)
    assert.ok(!unread.includes('hunter2'), unread)
  }
  const warnings: Error[] = []
  const listen = (warning: Error) => void warnings.push(warning)
  process.on('warning', listen)
  problemsOf({}, 'secret: !hunter2 hunter2')
  await new Promise(setImmediate)
  process.off('warning', listen)
  assert.deepEqual(warnings, [])
})

test('a key that nobody knows is refused with the one that was meant', () => {
  const meant: [string, string][] = [
    ['prot: 1', 'Did you mean port?'],
    ['publicURL: https://a.example.org', 'Did you mean publicUrl?'],
    ['PORT: 1', 'Did you mean port?'],
    ['realm: {}', 'Did you mean realms?'],
    ['app: []', 'Did you mean apps?'],
  ]
  for (const [yaml, said] of meant) {
    const [problem = ''] = problemsOf({}, yaml)
    assert.ok(problem.endsWith(`is no setting. ${said}`), problem)
  }
  assert.match(
    problemsOf({}, 'entirelyOther: 1')[0] ?? '',
    /is no setting\. Known: port, host, .*realms, apps, oidcProviders\.$/,
  )
  const [variable = ''] = problemsOf({ LATCHKEY_CONFG: 'x' })
  assert.match(variable, /^LATCHKEY_CONFG in the environment is no setting\./)
})

test('variables of other programs are nobody’s business', () => {
  assert.deepEqual(problemsOf({ PATH: '/bin', PORTS: '1', npm_config_port: 'x', DEBUG: '*' }), [])
})

test('the environment wins over the file, and an empty variable is none', () => {
  const yaml = 'port: 4000\nhost: 0.0.0.0\npublicUrl: https://file.example.org\nmailFrom: file@example.org'
  assert.equal(load({}, yaml).port, 4000)
  const { port, host, publicUrl, mailFrom, isCookieSecure } = load(
    { PORT: '5000', HOST: '', MAIL_FROM: 'env@example.org' },
    yaml,
  )
  assert.deepEqual(
    { port, host, publicUrl, mailFrom, isCookieSecure },
    {
      port: 5000,
      host: '0.0.0.0',
      publicUrl: 'https://file.example.org',
      mailFrom: 'env@example.org',
      isCookieSecure: true,
    },
  )
})

test('every setting may stand in the file, under its name in camelCase', () => {
  const values: Record<string, [string, string]> = {
    port: ['4000', 'port'],
    trustProxy: ['[10.0.0.0/8, "::1"]', 'trustedProxies'],
    corsOrigins: ['[https://a.example.org, https://B.example.org/]', 'corsOrigins'],
  }
  const yaml = Object.entries(values).map(([key, [value]]) => `${key}: ${value}`)
  const config = load({}, yaml.join('\n'))
  assert.equal(config.port, 4000)
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1/128'])
  assert.deepEqual(config.corsOrigins, ['https://a.example.org', 'https://b.example.org'])
  for (const { env, key } of Object.values(settings)) {
    assert.match(env, /^[A-Z][A-Z0-9_]*$/)
    assert.equal(key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(), env)
  }
})

test('files are in the data folder, or in a bucket whose keys are there, too', () => {
  const { files, dataDir } = load()
  assert.deepEqual(files, { kind: 'disk', folder: join(dataDir, 'files') })
  const keys = { FILES_S3_ACCESS_KEY_ID: 'id', FILES_S3_SECRET_ACCESS_KEY: 'hunter2' }
  const bucket = { kind: 's3', bucket: 'b', accessKeyId: 'id', secretAccessKey: 'hunter2' }
  assert.deepEqual(load({ FILES_S3_BUCKET: 'b', ...keys }).files, {
    ...bucket,
    region: 'us-east-1',
    endpoint: undefined,
  })
  const place = { FILES_S3_REGION: 'eu-1', FILES_S3_ENDPOINT: 'https://s3.example.org' }
  assert.deepEqual(load({ FILES_S3_BUCKET: 'b', ...keys, ...place }).files, {
    ...bucket,
    region: 'eu-1',
    endpoint: 'https://s3.example.org',
  })
  for (const env of [keys, place, { ...keys, ...place }])
    assert.deepEqual(problemsOf(env), ['FILES_S3_BUCKET has to be set, too.'])
  for (const { FILES_S3_SECRET_ACCESS_KEY: _secret, ...env } of [
    { ...keys },
    { FILES_S3_SECRET_ACCESS_KEY: '' },
  ])
    assert.match(
      problemsOf({ FILES_S3_BUCKET: 'b', ...env })[0] ?? '',
      /^FILES_S3_BUCKET needs FILES_S3_ACCESS/,
    )
})

test('a file is read from where LATCHKEY_CONFIG says, and missed there', () => {
  folder.write('other.yaml', 'port: 4711')
  assert.equal(load({ LATCHKEY_CONFIG: 'other.yaml' }, 'port: 1').port, 4711)
  const [problem] = problemsOf({ LATCHKEY_CONFIG: 'nowhere.yaml' })
  assert.equal(problem, `LATCHKEY_CONFIG names ${folder.path}/nowhere.yaml, and there is no such file.`)
})

test('a file that is no list of keys is refused, and an empty one is fine', () => {
  for (const yaml of ['- port: 1', 'just text', '7']) {
    assert.match(problemsOf({}, yaml)[0] ?? '', /must be a list of keys and values/)
  }
  assert.match(problemsOf({}, 'port: 1\nport: 2')[0] ?? '', /cannot be read/)
  assert.deepEqual(problemsOf({}, '# nothing but a comment'), [])
})

test('without apps every documented API is served under its name, in a realm of its own, `crm` in that of the web app', () => {
  const { apps, realms } = load()
  const ours = apps.filter(({ contract }) => contract.name === 'latchkey')
  for (const { name, contract, realm, place } of apps.filter((app) => !ours.includes(app))) {
    assert.equal(name, contract.name)
    assert.equal(realm, name === 'crm' ? 'main' : name)
    assert.deepEqual(place, { prefix: `/${name}` })
  }
  for (const { name, realm, place } of ours.slice(1)) {
    assert.deepEqual([name, place], [`latchkey-${realm}`, { prefix: `/api/realms/${realm}` }])
  }
  assert.deepEqual([apps[0]?.name, apps[0]?.realm, apps[0]?.place], ['latchkey', 'main', { prefix: '/api' }])
  assert.deepEqual([...realms.keys()].toSorted(), [...new Set(apps.map(({ realm }) => realm))].toSorted())
})

test('apps are mounted at prefixes and hosts of any name, and share realms', () => {
  const { apps, realms } = load(
    {},
    `
apps:
  - { contract: starter, prefix: /one }
  - { contract: starter, name: two, realm: one-realm, prefix: /deep/er/v1.0 }
  - { contract: starter, name: three, realm: one-realm, host: Three.Example.org:8443, frontendUrl: https://app.example.org }
realms:
  one-realm: { title: Together, passwordLengthMin: 12, sessionLifetime: 2h, signUp: closed }
  main: { title: Home }`,
  )
  assert.deepEqual(
    apps.map(({ name, realm, place }) => [name, realm, place]),
    [
      ['latchkey', 'main', { prefix: '/api' }],
      ['starter', 'starter', { prefix: '/one' }],
      ['two', 'one-realm', { prefix: '/deep/er/v1.0' }],
      ['three', 'one-realm', { host: 'three.example.org:8443' }],
      ['latchkey-starter', 'starter', { prefix: '/api/realms/starter' }],
      ['latchkey-one-realm', 'one-realm', { prefix: '/api/realms/one-realm' }],
    ],
  )
  assert.equal(apps[3]?.frontendUrl, 'https://app.example.org')
  const policy = realms.get('one-realm')
  assert.deepEqual(
    [
      policy?.title,
      policy?.password.lengthMin,
      policy?.password.lengthMax,
      policy?.sessionLifetimeSeconds,
      policy?.signUp,
    ],
    ['Together', 12, 128, 7200, 'closed'],
  )
  assert.equal(realms.get('main')?.title, 'Home')
})

test('an app that cannot be is refused with its place in the list', () => {
  const bad: [string, RegExp][] = [
    ['apps: starter', /^apps must be a list/],
    ['apps: [starter]', /^apps\[0\] must be a list of keys and values/],
    ['apps: [{ prefix: /x }]', /^apps\[0\]\.contract is missing; allowed: .*starter/],
    ['apps: [{ contract: strater, prefix: /x }]', /^apps\[0\]\.contract is "strater"; allowed: .*starter/],
    [
      'apps: [{ contract: constructor, prefix: /x }]',
      /^apps\[0\]\.contract is "constructor"; allowed: .*starter/,
    ],
    ['apps: [{ contract: starter }]', /^apps\[0\] needs either prefix or host/],
    [
      'apps: [{ contract: starter, prefix: /x, host: x.example.org }]',
      /^apps\[0\] needs either prefix or host/,
    ],
    ['apps: [{ contract: starter, prefix: x }]', /^apps\[0\]\.prefix is "x"; allowed: a path/],
    ['apps: [{ contract: starter, prefix: /x/ }]', /^apps\[0\]\.prefix is "\/x\/"/],
    ['apps: [{ contract: starter, prefix: /../x }]', /^apps\[0\]\.prefix/],
    ['apps: [{ contract: starter, prefix: /~x }]', /^apps\[0\]\.prefix/],
    ['apps: [{ contract: starter, prefix: "/:id" }]', /^apps\[0\]\.prefix/],
    [
      'apps: [{ contract: starter, host: "http://x" }]',
      /^apps\[0\]\.host is "http:\/\/x"; allowed: a host name/,
    ],
    [
      'apps: [{ contract: starter, prefix: /x, name: "A B" }]',
      /^apps\[0\]\.name is "A B"; allowed: small letters/,
    ],
    ['apps: [{ contract: starter, prefix: /x, realm: "A/B" }]', /^apps\[0\]\.realm/],
    [
      'apps: [{ contract: starter, prefix: /x, frontendUrl: x }]',
      /^apps\[0\]\.frontendUrl is "x"; allowed: an origin/,
    ],
    [
      'apps: [{ contract: starter, prefix: /x, prefx: /y }]',
      /^apps\[0\]\.prefx is no setting; known: contract, name/,
    ],
  ]
  for (const [yaml, said] of bad) {
    const problems = problemsOf({}, yaml)
    assert.ok(
      problems.some((problem) => said.test(problem)),
      `${yaml}: ${problems.join(' ')}`,
    )
  }
})

test('an app cannot take the place of another, or of our own pages and files', () => {
  const two = (first: string, second: string) =>
    problemsOf(
      {},
      `apps:\n  - { contract: starter, ${first} }\n  - { contract: starter, name: other, ${second} }`,
    )
  assert.deepEqual(two('prefix: /x', 'prefix: /x'), ['apps: two apps have the prefix /x.'])
  assert.deepEqual(two('host: x.example.org', 'host: X.example.org'), [
    'apps: two apps have the host x.example.org.',
  ])
  assert.deepEqual(two('prefix: /x, name: other', 'prefix: /y'), ['apps: two apps have the name other.'])
  assert.match(two('prefix: /x, name: latchkey', 'prefix: /y').join(), /two apps have the name latchkey/)
  assert.deepEqual(two('prefix: /x', 'prefix: /x/y'), [])
  const ours = ['/api', '/assets', '/sign-in', '/sign-up', '/setup', '/account', '/admin', '/confirm-email']
  for (const prefix of [...ours, '/reset-password', '/forgot-password', '/livez', '/readyz']) {
    assert.match(two(`prefix: ${prefix}`, 'prefix: /y').join(), /and none of our own/, prefix)
  }
})

test('a policy that cannot be is refused with its realm', () => {
  const bad: [string, RegExp][] = [
    ['realms: []', /^realms must be/],
    ['realms: { nowhere: {} }', /^realms\.nowhere: no app uses this realm\. In use: main, /],
    ['realms: { main: 7 }', /^realms\.main must be a list of keys and values/],
    [
      'realms: { main: { signUp: maybe } }',
      /^realms\.main\.signUp is "maybe"; allowed: open, invitation, closed/,
    ],
    [
      'realms: { main: { passwordLengthMin: 5 } }',
      /^realms\.main\.passwordLengthMin is "5"; allowed: a whole number from/,
    ],
    ['realms: { main: { passwordLengthMax: 63 } }', /^realms\.main\.passwordLengthMax/],
    [
      'realms: { main: { passwordSignIn: 1 } }',
      /^realms\.main\.passwordSignIn is "1"; allowed: true or false/,
    ],
    ['realms: { main: { language: xx } }', /^realms\.main\.language is "xx"; allowed: en, de/],
    ['realms: { main: { sessionLifetime: long } }', /^realms\.main\.sessionLifetime is "long"; allowed: /],
    ['realms: { main: { title: { en: Home } } }', /^realms\.main\.title is not usable/],
    ['realms: { main: { titel: Home } }', /^realms\.main\.titel is no setting; known: .*title/],
    [
      'realms: { main: { passwordSignIn: false, emailCodeSignIn: false } }',
      /^Realm main: at least one way to sign in/,
    ],
  ]
  for (const [yaml, said] of bad) {
    const problems = problemsOf({}, yaml)
    assert.ok(
      problems.some((problem) => said.test(problem)),
      `${yaml}: ${problems.join(' ')}`,
    )
  }
})
