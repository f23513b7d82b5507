import type { OidcSettings, ProviderSettings } from '../../engine/authenticators/oauth/provider.ts'
import { NotAllowed, parseProviderUrl } from './kinds.ts'
import { Section } from './section.ts'
import type { SettingValues } from './settings.ts'

const GITHUB_URL = 'https://github.com'
const GITHUB_API_URL = 'https://api.github.com'
const NAME = /^[a-z][a-z0-9-]{0,29}$/
/** Of the settings, and so of nobody else. */
const BUILT_IN = ['google', 'github']

/** Google and GitHub by settings of one line each, and any others by the section `oidcProviders`. */
export function readProviders(
  values: SettingValues,
  section: unknown,
  problems: string[],
): ProviderSettings[] {
  const google = idAndSecret(values, 'google', problems)
  const github = idAndSecret(values, 'github', problems)
  return [
    ...(google ? [googleSettings(google, values)] : []),
    ...(github ? [githubSettings(github, values)] : []),
    ...readSection(section, problems),
  ]
}

function idAndSecret(
  values: SettingValues,
  provider: 'google' | 'github',
  problems: string[],
): { clientId: string; clientSecret: string } | undefined {
  const prefix = `OAUTH_${provider.toUpperCase()}_CLIENT`
  const [clientId, clientSecret] =
    provider === 'google'
      ? [values.oauthGoogleClientId, values.oauthGoogleClientSecret]
      : [values.oauthGithubClientId, values.oauthGithubClientSecret]
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret }
  if (clientId !== undefined) problems.push(`${prefix}_ID needs ${prefix}_SECRET beside it.`)
  if (clientSecret !== undefined) problems.push(`${prefix}_SECRET needs ${prefix}_ID beside it.`)
  return undefined
}

type Credentials = { clientId: string; clientSecret: string }

function googleSettings(credentials: Credentials, { oauthGoogleIssuer }: SettingValues): ProviderSettings {
  return {
    kind: 'oidc',
    name: 'google',
    title: 'Google',
    ...credentials,
    issuer: oauthGoogleIssuer ?? 'https://accounts.google.com',
    scopes: 'openid email profile',
    areEmailsVerified: false,
  }
}

function githubSettings(credentials: Credentials, values: SettingValues): ProviderSettings {
  const url = values.oauthGithubUrl ?? GITHUB_URL
  // GitHub Enterprise Server has its API below its own address.
  const apiUrl = values.oauthGithubApiUrl ?? (url === GITHUB_URL ? GITHUB_API_URL : `${url}/api/v3`)
  return { kind: 'github', name: 'github', title: 'GitHub', ...credentials, url, apiUrl }
}

function readSection(section: unknown, problems: string[]): OidcSettings[] {
  if (section === undefined || section === null) return []
  if (!Array.isArray(section)) {
    problems.push('oidcProviders must be a list, each with name, title, issuer, clientId and clientSecret.')
    return []
  }
  const seen = new Set<string>(BUILT_IN)
  return section.flatMap((entry: unknown, index) => {
    const path = `oidcProviders[${index}]`
    const read = new Section(entry, path, problems)
    const name = read.text('name', (text) => NAME.test(text), 'small letters, digits and hyphens')
    const title = read.text(
      'title',
      (text) => text.trim().length > 0 && text.length <= 40,
      '1 to 40 characters',
    )
    const issuer = read.parsed('issuer', parseProviderUrl)
    const clientId = read.text('clientId', (text) => text !== '', 'what the provider calls this server')
    const clientSecret = read.secret('clientSecret')
    const scopes = read.parsed('scopes', parseScopes) ?? 'openid email profile'
    const areEmailsVerified = read.flag('emailsAreVerified') ?? false
    read.end()
    const missing = Object.entries({ name, issuer, clientId, clientSecret }).filter(([, value]) => !value)
    const given = typeof entry === 'object' && entry !== null ? Object.keys(entry) : []
    for (const [key] of missing) if (!given.includes(key)) problems.push(`${path}.${key} is missing.`)
    if (!name || !issuer || !clientId || !clientSecret) return []
    if (seen.has(name)) {
      const whose = BUILT_IN.includes(name)
        ? `set up by OAUTH_${name.toUpperCase()}_…`
        : 'another one in the list'
      problems.push(`${path}.name is "${name}", which is ${whose}.`)
    }
    seen.add(name)
    const common = { kind: 'oidc', name, title: title ?? name, clientId, clientSecret } as const
    return [{ ...common, issuer, scopes, areEmailsVerified }]
  })
}

function parseScopes(text: string): string {
  const scopes = text.split(/[\s,]+/).filter(Boolean)
  if (!scopes.includes('openid'))
    throw new NotAllowed('scopes with openid among them, such as openid email profile')
  return scopes.join(' ')
}
