import type { Clock } from '../../clock.ts'
import type { Realm } from '../../realm.ts'
import { githubProvider } from './github.ts'
import { oidcProvider } from './oidc.ts'
import { PATIENCE_MS } from './outbound.ts'
import type { IdentityProvider, ProviderSettings } from './provider.ts'

/** The providers that the operator has set up, in their order. None is asked before somebody comes. */
export interface IdentityProviders {
  /** Those by which people of a realm may sign in. */
  listFor(realm: Realm): IdentityProvider[]
  findFor(realm: Realm, name: string): IdentityProvider | undefined
  /** How a provider is called on pages, also one that is set up no more. */
  titleOf(name: string): string
}

/** Of providers that everybody knows, whether they are set up or not. */
const KNOWN_TITLES: Record<string, string> = { google: 'Google', github: 'GitHub', microsoft: 'Microsoft' }

export function createProviders(
  settings: ProviderSettings[],
  { clock, patienceMs = PATIENCE_MS }: { clock: Clock; patienceMs?: number | undefined },
): IdentityProviders {
  const parts = { clock, patienceMs }
  const all = settings.map((one) =>
    one.kind === 'github' ? githubProvider(one, parts) : oidcProvider(one, parts),
  )
  const listFor = ({ policy }: Realm): IdentityProvider[] =>
    all.filter((one) => policy.providers === 'all' || policy.providers.includes(one.settings.name))
  return {
    listFor,
    findFor: (realm, name) => listFor(realm).find((one) => one.settings.name === name),
    titleOf: (name) =>
      all.find((one) => one.settings.name === name)?.settings.title ??
      (Object.hasOwn(KNOWN_TITLES, name) ? (KNOWN_TITLES[name] ?? name) : name),
  }
}
