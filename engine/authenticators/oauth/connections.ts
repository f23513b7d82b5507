import { type Account, getAccount, lockAccount } from '../../../storage/accounts.ts'
import { inTransaction, RollBack, type Tx } from '../../../storage/database.ts'
import { deleteIdentity, insertIdentity, listIdentities } from '../../../storage/oauth-identities.ts'
import { findSession } from '../../../storage/sessions.ts'
import { recordAction } from '../../activity/record.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { askRecoveryLink } from '../../links.ts'
import { chooseLanguage } from '../../mail/texts/language.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import type { SignedIn } from '../../sessions/session-cache.ts'
import { hasWayInWithout, listWaysIn } from '../ways-in.ts'
import type { ProviderFailure } from './provider.ts'
import { identify } from './sign-in.ts'

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets' | 'outbox' | 'publicUrl' | 'providers'>

interface Asked {
  realm: Realm
  client: Client
  signedIn: SignedIn
  provider: string
}

/** In order of precedence. */
export type LinkProviderFailure =
  | { code: 'provider_unknown' }
  /** As of a sign-in, and also of another account. */
  | { code: 'state_wrong' }
  | ProviderFailure
  | { code: 'email_not_proved' }
  /** Somebody has this identity, or the account has another of the provider. */
  | { code: 'identity_taken' }

/** Links an identity to the account of a session. Its address need not be the account's, and proves nothing here. */
export async function linkProvider(
  engine: Parts,
  {
    isEmailDemanded = false,
    ...input
  }: Asked & {
    browser: string | null
    state: string
    code: string
    issuer?: string | null
    /** A document asks for it. */
    isEmailDemanded?: boolean
  },
): Promise<Result<null, LinkProviderFailure>> {
  const { db, clock, outbox } = engine
  const { realm, client, signedIn, provider } = input
  const accountId = signedIn.account.id
  const identified = await identify(engine, { ...input, flow: 'link', accountId })
  if (!identified.ok) return identified
  const { subject, email, isEmailVerified } = identified.value
  if (isEmailDemanded && !isEmailVerified) return decline({ code: 'email_not_proved' })
  const linked = await inTransaction(db, async (tx): Promise<Result<null, LinkProviderFailure>> => {
    // Whatever ended the session while the provider was asked must not be outlived by a link that it made.
    await lockAccount(tx, accountId)
    if (!(await findSession(tx, signedIn.session.id))) return decline({ code: 'state_wrong' })
    const account = await getAccount(tx, accountId)
    const identity = { realmId: realm.id, accountId, provider, subject, email, createdAt: clock.now() }
    if (!(await insertIdentity(tx, identity))) return decline({ code: 'identity_taken' })
    await recordAction(tx, engine, {
      realm,
      client,
      action: 'oauth.linked',
      accountId,
      detail: { provider },
    })
    await tellOfLink(tx, engine, { realm, account, provider, kind: 'provider_linked' })
    return succeed(null)
  })
  if (linked.ok) outbox.wake()
  return linked
}

/** In order of precedence. */
export type UnlinkProviderFailure = { code: 'not_linked' } | { code: 'last_way_in' }

/** Takes a link off, unless nothing else lets the account in. */
export async function unlinkProvider(
  engine: Parts,
  { realm, client, signedIn, provider }: Asked,
): Promise<Result<null, UnlinkProviderFailure>> {
  const { db, outbox } = engine
  const accountId = signedIn.account.id
  const unlinked = await inTransaction(db, async (tx): Promise<Result<null, UnlinkProviderFailure>> => {
    const without = { kind: 'provider', provider } as const
    const isAnotherLeft = await hasWayInWithout(tx, engine, { realm, accountId, without })
    if (!(await deleteIdentity(tx, { accountId, provider }))) return decline({ code: 'not_linked' })
    if (!isAnotherLeft) throw new RollBack(decline({ code: 'last_way_in' }))
    const detail = { provider }
    await recordAction(tx, engine, { realm, client, action: 'oauth.unlinked', accountId, detail })
    const account = await getAccount(tx, accountId)
    await tellOfLink(tx, engine, { realm, account, provider, kind: 'provider_unlinked' })
    return succeed(null)
  })
  if (unlinked.ok) outbox.wake()
  return unlinked
}

export interface Connection {
  provider: string
  title: string
  /** As the provider told it when it was linked. */
  email: string | null
  createdAt: number
  /** Nothing else lets the account in. */
  isLastWayIn: boolean
}

/** The links of an account, oldest first. */
export async function listConnections(
  engine: Pick<Engine, 'db' | 'clock' | 'publicUrl' | 'providers'>,
  { realm, accountId }: { realm: Realm; accountId: number },
): Promise<Connection[]> {
  const { db, providers } = engine
  const identities = await listIdentities(db, accountId)
  const ways = await listWaysIn(db, engine, { realm, accountId })
  return identities.map(({ provider, email, createdAt }) => {
    const isLastWayIn = ways.every((way) => way.kind === 'provider' && way.provider === provider)
    return { provider, title: providers.titleOf(provider), email, createdAt, isLastWayIn }
  })
}

/** Tells the owner, whoever did it. */
export async function tellOfLink(
  tx: Tx,
  { outbox, publicUrl, providers }: Pick<Engine, 'outbox' | 'publicUrl' | 'providers'>,
  {
    realm,
    account,
    provider,
    kind,
  }: { realm: Realm; account: Account; provider: string; kind: 'provider_linked' | 'provider_unlinked' },
): Promise<void> {
  if (account.email === null) return
  await outbox.write(tx, {
    realm,
    accountId: account.id,
    to: account.email,
    kind,
    language: chooseLanguage(account.language, realm.policy.language),
    facts: {
      place: realm.policy.title,
      provider: providers.titleOf(provider),
      recoveryLink: askRecoveryLink(publicUrl, realm),
    },
  })
}
