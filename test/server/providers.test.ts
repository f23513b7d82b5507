// runs once
/** Which providers the configuration sets up, and what it says of those that cannot be. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Config } from '../../server/config/load.ts'
import { ConfigError, loadConfig } from '../../server/config/load.ts'
import { createFolder } from './support.ts'

const folder = createFolder()
after(() => folder.remove())

function load(env: NodeJS.ProcessEnv = {}, yaml = ''): Config {
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

const google = { OAUTH_GOOGLE_CLIENT_ID: 'an-id', OAUTH_GOOGLE_CLIENT_SECRET: 'a-secret' }
const company = 'name: company, issuer: "https://id.example", clientId: x, clientSecret: the-secret'

test('Google and GitHub are set up by an id and a secret, and are where they always are', () => {
  assert.deepEqual(load().providers, [])
  const { providers } = load({ ...google, OAUTH_GITHUB_CLIENT_ID: 'x', OAUTH_GITHUB_SECRET: 'also' })
  assert.deepEqual(
    providers.map((one) => [one.name, one.title, one.clientId, one.clientSecret]),
    [
      ['google', 'Google', 'an-id', 'a-secret'],
      ['github', 'GitHub', 'x', 'also'],
    ],
  )
  assert.partialDeepStrictEqual(providers[0], {
    issuer: 'https://accounts.google.com',
    areEmailsVerified: false,
  })
  assert.partialDeepStrictEqual(providers[1], { url: 'https://github.com', apiUrl: 'https://api.github.com' })
})

test('a GitHub Enterprise Server has its API below its own address', () => {
  const own = {
    OAUTH_GITHUB_CLIENT_ID: 'x',
    OAUTH_GITHUB_CLIENT_SECRET: 'y',
    OAUTH_GITHUB_URL: 'https://git.example/',
  }
  assert.partialDeepStrictEqual(load(own).providers[0], {
    url: 'https://git.example',
    apiUrl: 'https://git.example/api/v3',
  })
  const told = load({ ...own, OAUTH_GITHUB_API_URL: 'https://api.git.example' })
  assert.partialDeepStrictEqual(told.providers[0], { apiUrl: 'https://api.git.example' })
})

test('any number of others stand in the file', () => {
  const { providers, realms } = load(
    google,
    `oidcProviders:\n  - { ${company}, title: Our Company, scopes: "openid, email", emailsAreVerified: true }\n  - { ${company.replace('company', 'second')} }\nrealms:\n  main: { providers: "company" }\n  starter: { providers: none }\n`,
  )
  assert.deepEqual(providers.slice(1), [
    {
      kind: 'oidc',
      name: 'company',
      title: 'Our Company',
      clientId: 'x',
      clientSecret: 'the-secret',
      issuer: 'https://id.example',
      scopes: 'openid email',
      areEmailsVerified: true,
    },
    {
      kind: 'oidc',
      name: 'second',
      title: 'second',
      clientId: 'x',
      clientSecret: 'the-secret',
      issuer: 'https://id.example',
      scopes: 'openid email profile',
      areEmailsVerified: false,
    },
  ])
  assert.deepEqual(realms.get('main')?.providers, ['company'])
  assert.deepEqual(realms.get('starter')?.providers, [])
  assert.equal(realms.get('community')?.providers, 'all')
})

test('E5: a provider that cannot be is refused with what is allowed, and its secret is not shown', () => {
  const bad: [NodeJS.ProcessEnv, string, RegExp][] = [
    [
      { OAUTH_GOOGLE_CLIENT_ID: 'x' },
      '',
      /^OAUTH_GOOGLE_CLIENT_ID needs OAUTH_GOOGLE_CLIENT_SECRET beside it/,
    ],
    [{ OAUTH_GITHUB_CLIENT_SECRET: 'x' }, '', /^OAUTH_GITHUB_CLIENT_SECRET needs OAUTH_GITHUB_CLIENT_ID/],
    [
      { ...google, OAUTH_GOOGLE_ISSUER: 'http://id.example.org' },
      '',
      /^OAUTH_GOOGLE_ISSUER is .* allowed: an address that begins with https/,
    ],
    [{ ...google, OAUTH_GOOGLE_ISSUER: 'https://u:p@id.example' }, '', /^OAUTH_GOOGLE_ISSUER/],
    [{}, 'oidcProviders: company', /^oidcProviders must be a list/],
    [{}, 'oidcProviders: [{ name: company }]', /^oidcProviders\[0\]\.issuer is missing/],
    [
      {},
      `oidcProviders: [{ ${company}, isuer: x }]`,
      /^oidcProviders\[0\]\.isuer is no setting; known: name, title/,
    ],
    [
      {},
      `oidcProviders: [{ ${company.replace('company', '"A B"')} }]`,
      /^oidcProviders\[0\]\.name is "A B"; allowed: small/,
    ],
    [
      {},
      `oidcProviders: [{ ${company.replace('company', 'google')} }]`,
      /^oidcProviders\[0\]\.name is "google", which is set up by OAUTH_GOOGLE/,
    ],
    [
      {},
      `oidcProviders: [{ ${company} }, { ${company} }]`,
      /^oidcProviders\[1\]\.name is "company", which is another/,
    ],
    [
      {},
      `oidcProviders: [{ ${company}, scopes: email }]`,
      /^oidcProviders\[0\]\.scopes is "email"; allowed: scopes with openid/,
    ],
    [
      {},
      `oidcProviders: [{ ${company}, emailsAreVerified: maybe }]`,
      /emailsAreVerified is "maybe"; allowed: true or false/,
    ],
    [
      {},
      `oidcProviders: [{ ${company.replace('the-secret', '[the-secret]')} }]`,
      /clientSecret is not usable/,
    ],
    [
      google,
      'realms: { main: { providers: gogle } }',
      /^realms\.main\.providers is "gogle"; allowed: all, none, or some of those that are set up: google/,
    ],
    [{}, 'realms: { main: { providers: google } }', /there is none/],
    [
      {},
      'apps: [{ contract: community, prefix: /x, providerReturnUrl: "https://x.example/back" }]',
      /^apps\[0\]\.providerReturnUrl .* allowed: an address with \{provider\} in it/,
    ],
    [
      {},
      'apps: [{ contract: community, prefix: /x, providerReturnUrl: "javascript:{provider}" }]',
      /^apps\[0\]\.providerReturnUrl/,
    ],
  ]
  for (const [env, yaml, said] of bad) {
    const problems = problemsOf(env, yaml)
    assert.ok(
      problems.some((problem) => said.test(problem)),
      `${yaml} ${Object.keys(env)}: ${problems.join(' ')}`,
    )
    assert.doesNotMatch(problems.join('\n'), /the-secret|a-secret/)
  }
})
