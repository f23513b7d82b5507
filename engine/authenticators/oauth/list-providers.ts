import type { Clock } from '../../clock.ts'
import type { Engine } from '../../engine.ts'
import type { Realm } from '../../realm.ts'
import type { IdentityProvider, ProviderTrouble } from './provider.ts'

/** What is shown of a provider to everybody. */
export interface OfferedProvider {
  name: string
  title: string
}

/** By which providers people of a realm may sign in. */
export function listProviders({ providers }: Pick<Engine, 'providers'>, realm: Realm): OfferedProvider[] {
  return providers.listFor(realm).map(({ settings: { name, title } }) => ({ name, title }))
}

/** How a provider is doing, for administrators; never its secret. */
export interface ProviderState extends OfferedProvider {
  /** Where it is. */
  url: string
  clientId: string
  isAnswering: boolean
  trouble: ProviderTrouble | null
}

/** Not asked again by every look at the page. */
const FRESH_MS = 5_000
const checks = new WeakMap<IdentityProvider, { at: number; isAnswering: Promise<boolean> }>()

/** Asks each provider of a realm whether it answers. What went wrong is what this process has seen since its start. */
export function readProviderStates(
  { providers, clock }: Pick<Engine, 'providers' | 'clock'>,
  realm: Realm,
): Promise<ProviderState[]> {
  return Promise.all(
    providers.listFor(realm).map(async (provider) => {
      const { settings } = provider
      const isAnswering = await checkSoon(provider, clock)
      return {
        name: settings.name,
        title: settings.title,
        url: settings.kind === 'github' ? settings.url : settings.issuer,
        clientId: settings.clientId,
        isAnswering,
        trouble: provider.lastTrouble(),
      }
    }),
  )
}

function checkSoon(provider: IdentityProvider, clock: Clock): Promise<boolean> {
  const known = checks.get(provider)
  if (known && clock.now() - known.at < FRESH_MS) return known.isAnswering
  const isAnswering = provider.check()
  checks.set(provider, { at: clock.now(), isAnswering })
  return isAnswering
}
