import { community } from '../../contracts/community/contract.ts'
import type { Contract, PolicyChanges } from '../../contracts/contract.ts'
import { crm } from '../../contracts/crm/contract.ts'
import { latchkey } from '../../contracts/latchkey/contract.ts'
import { referral } from '../../contracts/referral/contract.ts'
import { salon } from '../../contracts/salon/contract.ts'
import { starter } from '../../contracts/starter/contract.ts'
import { type PublicCode, publicCodes } from '../../engine/activity/public-code.ts'
import { languages } from '../../engine/mail/texts/language.ts'
import { defaultPolicy, OPERATORS_REALM, type RealmPolicy } from '../../engine/realm.ts'
import { NotAllowed, parseDuration, parseOrigin } from './kinds.ts'
import { Section } from './section.ts'
import type { SettingValues } from './settings.ts'

export interface AppConfig {
  name: string
  contract: Contract
  realm: string
  /** Where it is mounted: a path that begins with a slash, or a host name of its own, whose root it is. */
  place: { prefix: string } | { host: string }
  frontendUrl: string | undefined
  /** Where providers send people back to, with `{provider}` in it; our own page if left out. */
  providerReturnUrl?: string | undefined
}

/** The documented APIs that are built, by name. */
export const contracts: Record<string, Contract> = { starter, salon, referral, community, crm }

/** Ours is always there, once for each realm: the web app speaks it. */
function ownApp(realm: string): AppConfig {
  const isMain = realm === OPERATORS_REALM
  return {
    name: isMain ? latchkey.name : `${latchkey.name}-${realm}`,
    contract: latchkey,
    realm,
    place: { prefix: isMain ? '/api' : `/api/realms/${realm}` },
    frontendUrl: undefined,
  }
}

interface Input {
  values: SettingValues
  realmSection: unknown
  appSection: unknown
  /** Of those that are set up. */
  providerNames: string[]
  problems: string[]
}

/** Reads the sections `apps` and `realms`; without them every contract is served at its own name. */
export function resolveApps(input: Input): { realms: Map<string, RealmPolicy>; apps: AppConfig[] } {
  const documented = input.appSection === undefined ? defaultApps() : readApps(input)
  const realmNames = new Set([OPERATORS_REALM, ...documented.map(({ realm }) => realm)])
  // After those whose documents say what the realm's policy is.
  const apps = [ownApp(OPERATORS_REALM), ...documented]
  realmNames.delete(OPERATORS_REALM)
  apps.push(...[...realmNames].map(ownApp))
  refuseCollisions(apps, input.problems)
  return { realms: readRealms(input, apps), apps }
}

function defaultApps(): AppConfig[] {
  return Object.values(contracts).map((contract) => ({
    name: contract.name,
    contract,
    // Our own application, for the accounts that the web app signs in.
    realm: contract.name === crm.name ? OPERATORS_REALM : contract.name,
    place: { prefix: `/${contract.name}` },
    frontendUrl: undefined,
  }))
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/
const PREFIX = /^(\/[a-z0-9][a-z0-9._-]*)+$/i
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/i
/** What our own pages and files need. */
const RESERVED =
  /^\/(api|assets|realms|invitations|sign-in|sign-up|setup|account|admin|confirm-email|forgot-password|reset-password|livez|readyz|health|\.well-known)$/

function readApps({ appSection, problems }: Input): AppConfig[] {
  if (!Array.isArray(appSection)) {
    problems.push('apps must be a list, each with contract, and prefix or host.')
    return []
  }
  return appSection.flatMap((entry: unknown, index) => {
    const read = new Section(entry, `apps[${index}]`, problems)
    const contractName = read.text(
      'contract',
      (text) => Object.hasOwn(contracts, text),
      Object.keys(contracts).join(', '),
    )
    const contract = contracts[contractName ?? '']
    const name =
      read.text('name', (text) => NAME.test(text), 'small letters, digits and hyphens') ?? contractName
    const realm = read.text('realm', (text) => NAME.test(text), 'small letters, digits and hyphens') ?? name
    const prefix = read.text(
      'prefix',
      (text) => PREFIX.test(text) && !RESERVED.test(text),
      'a path such as /salon or /api/v1, and none of our own',
    )
    const host = read.text('host', (text) => HOST.test(text), 'a host name such as salon.example.org')
    const frontendUrl = read.parsed('frontendUrl', parseOrigin)
    const providerReturnUrl = read.parsed('providerReturnUrl', parseReturnUrl)
    read.end()
    if (!contract || !name || !realm) {
      if (!contractName)
        problems.push(`apps[${index}].contract is missing; allowed: ${Object.keys(contracts).join(', ')}.`)
      return []
    }
    if ((prefix === undefined) === (host === undefined)) {
      problems.push(`apps[${index}] needs either prefix or host, and not both.`)
      return []
    }
    const place = host === undefined ? { prefix: prefix ?? '' } : { host: host.toLowerCase() }
    return [{ name, contract, realm, place, frontendUrl, providerReturnUrl }]
  })
}

function refuseCollisions(apps: AppConfig[], problems: string[]): void {
  const seen = new Map<string, string>()
  for (const { name, place } of apps) {
    for (const key of [`name ${name}`, 'host' in place ? `host ${place.host}` : `prefix ${place.prefix}`]) {
      if (seen.has(key)) problems.push(`apps: two apps have the ${key}.`)
      seen.set(key, name)
    }
  }
}

function readRealms(input: Input, apps: AppConfig[]): Map<string, RealmPolicy> {
  const { realmSection, problems, values } = input
  const sections = (realmSection ?? {}) as Record<string, unknown>
  if (typeof sections !== 'object' || Array.isArray(sections)) {
    problems.push('realms must be a list of names, each with its policy.')
    return new Map()
  }
  const realms = new Map<string, RealmPolicy>()
  for (const { realm, contract } of apps) {
    const before = realms.get(realm) ?? defaultPolicy
    // Of several apps in a realm the first says what a session is like; the operator may say otherwise.
    if (!realms.has(realm)) realms.set(realm, merge(before, fromContract(contract, values)))
  }
  for (const [name, section] of Object.entries(sections)) {
    const policy = realms.get(name)
    if (policy) realms.set(name, merge(policy, readPolicy(section, `realms.${name}`, input)))
    else problems.push(`realms.${name}: no app uses this realm. In use: ${[...realms.keys()].join(', ')}.`)
  }
  for (const [name, { passwordSignIn, emailCodeSignIn }] of realms) {
    if (!passwordSignIn && !emailCodeSignIn) {
      problems.push(
        `Realm ${name}: at least one way to sign in must be on (AUTH_PASSWORD_ENABLED, AUTH_EMAIL_CODE_ENABLED).`,
      )
    }
  }
  return realms
}

function fromContract(contract: Contract, values: SettingValues): PolicyChanges {
  if (contract.name !== 'starter') return contract.realmDefaults
  return {
    ...contract.realmDefaults,
    passwordSignIn: values.authPasswordEnabled ?? true,
    emailCodeSignIn: values.authEmailCodeEnabled ?? true,
    ...(values.jwtExpiry !== undefined && { sessionLifetimeSeconds: values.jwtExpiry }),
  }
}

function readPolicy(section: unknown, path: string, { problems, providerNames }: Input): PolicyChanges {
  const read = new Section(section, path, problems)
  const signUp = read.text(
    'signUp',
    (text) => /^(open|invitation|closed)$/.test(text),
    'open, invitation, closed',
  )
  const language = read.text(
    'language',
    (text) => languages.some((known) => known === text),
    languages.join(', '),
  )
  const changes: PolicyChanges = {
    title: read.text('title', (text) => text.length <= 60, 'at most 60 characters'),
    signUp: signUp as RealmPolicy['signUp'] | undefined,
    language: language as RealmPolicy['language'] | undefined,
    reservedUsernames: read.parsed('reservedUsernames', parseNames),
    passwordSignIn: read.flag('passwordSignIn'),
    emailCodeSignIn: read.flag('emailCodeSignIn'),
    passkeySignIn: read.flag('passkeySignIn'),
    providers: read.parsed('providers', (text) => parseProviders(text, providerNames)),
    password: {
      lengthMin: read.integer('passwordLengthMin', 6, 64),
      lengthMax: read.integer('passwordLengthMax', 64, 256),
      refuseCommon: read.flag('refuseCommonPasswords'),
    },
    sessionLifetimeSeconds: read.parsed('sessionLifetime', parseDuration),
    sessionIdleSeconds: read.parsed('sessionIdle', parseDuration),
    recovery: { lifetimeSeconds: read.parsed('recoveryLifetime', parseDuration) },
    confirmationLifetimeSeconds: read.parsed('confirmationLifetime', parseDuration),
    emailChangeLifetimeSeconds: read.parsed('emailChangeLifetime', parseDuration),
    emailCode: { lifetimeSeconds: read.parsed('codeLifetime', parseDuration) },
    publishedActions: read.parsed('publishedActions', parsePublicCodes),
    invitation: {
      lifetimeSeconds: read.parsed('invitationLifetime', parseDuration),
      usesMax: read.integer('invitationUses', 1, 1_000_000),
    },
  }
  read.end()
  return changes
}

/** `admin, root`: small letters, since names are compared without case. */
function parseNames(text: string): string[] {
  const names = text.toLowerCase().split(',')
  return names.map((name) => name.trim()).filter(Boolean)
}

function parseProviders(text: string, known: string[]): 'all' | string[] {
  if (text === 'all') return 'all'
  if (text === 'none') return []
  const names = text.split(/[\s,]+/)
  if (!names.every((name) => known.includes(name))) {
    throw new NotAllowed(
      `all, none, or some of those that are set up: ${known.join(', ') || 'there is none'}`,
    )
  }
  return names
}

/** Each provider needs an address of its own there, so that no other can answer in its place (RFC 9700 §4.4). */
function parseReturnUrl(text: string): string {
  const url = URL.parse(text.replace('{provider}', 'provider'))
  if (!text.includes('{provider}') || !url || !/^https?:$/.test(url.protocol) || url.hash) {
    throw new NotAllowed('an address with {provider} in it, such as https://app.example.org/auth/{provider}')
  }
  return text
}

function parsePublicCodes(text: string): readonly PublicCode[] {
  if (text === 'none') return []
  const names = text.split(/[\s,]+/)
  const known = publicCodes.filter((code) => names.includes(code))
  if (known.length !== names.length) throw new NotAllowed(`none, or some of ${publicCodes.join(', ')}`)
  return known
}

/** Lays changes over a policy, leaving out what is not set. */
function merge(policy: RealmPolicy, changes: PolicyChanges): RealmPolicy {
  const set = Object.entries(changes).filter(([, value]) => value !== undefined)
  return {
    ...policy,
    ...Object.fromEntries(
      set.map(([key, value]) => [
        key,
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? { ...(policy[key as keyof RealmPolicy] as object), ...withoutUndefined(value) }
          : value,
      ]),
    ),
  }
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))
}
