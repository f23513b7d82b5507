import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AccountsQuery, ActivityQuery, MailsQuery } from '../../client/index.ts'
import { client, orThrow } from '../queries.ts'

/** The API's own limit of a page, and ours. */
export const PAGE_SIZE = 50
const LOG_PAGE_SIZE = 100

/** A mail that waits is sent, or fails, while one looks on. */
const MAILBOX_LOOK_MILLISECONDS = 3_000

export const realmsQuery = queryOptions({
  queryKey: ['admin', 'realms'],
  queryFn: async () => orThrow(await client.managedRealms()).realms,
  staleTime: 60_000,
})

export const ACCOUNTS_KEY = ['admin', 'accounts']

export const accountsQuery = (query: AccountsQuery) =>
  queryOptions({
    queryKey: [...ACCOUNTS_KEY, query],
    queryFn: async () => orThrow(await client.accounts(query)),
    placeholderData: keepPreviousData,
  })

export const accountOfQuery = (uid: string) =>
  queryOptions({
    queryKey: ['admin', 'account', uid],
    queryFn: async () => orThrow(await client.accountOf(uid)).account,
  })

/** Whom `under` has invited, or, without it, where every tree begins. */
export const referralsQuery = (realm: string | undefined, under: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'referrals', realm, under],
    queryFn: async ({ pageParam: offset }) =>
      orThrow(await client.referrals({ realm, under, offset, limit: PAGE_SIZE })),
    initialPageParam: 0,
    getNextPageParam: ({ total }, pages) => {
      const shown = pages.reduce((sum, { people }) => sum + people.length, 0)
      return shown < total ? shown : undefined
    },
  })

export const mailsQuery = (realm: string | undefined, state: MailsQuery['state']) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'mails', realm, state],
    queryFn: async ({ pageParam: before }) =>
      orThrow(await client.mails({ realm, state, before, limit: PAGE_SIZE })).mails,
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (mails) => (mails.length < PAGE_SIZE ? undefined : mails.at(-1)?.id),
    refetchInterval: MAILBOX_LOOK_MILLISECONDS,
    placeholderData: keepPreviousData,
  })

export const mailQuery = (realm: string | undefined, id: number) =>
  queryOptions({
    queryKey: ['admin', 'mail', realm, id],
    queryFn: async () => orThrow(await client.mail(id, { realm })),
    // Each reading is a line in the action log, and a mail does not change.
    staleTime: Number.POSITIVE_INFINITY,
  })

export const providersQuery = (realm: string | undefined) =>
  queryOptions({
    queryKey: ['admin', 'providers', realm],
    queryFn: async () => orThrow(await client.providerStates({ realm })),
  })

/** The log so far; what comes from now on is the live stream's. */
export const activityQuery = (
  realm: string | undefined,
  action: ActivityQuery['action'],
  account: string | undefined,
) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'activity', realm, action, account],
    queryFn: async ({ pageParam: before }) =>
      orThrow(await client.activity({ realm, action, account, before, limit: LOG_PAGE_SIZE })).entries,
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (entries) => (entries.length < LOG_PAGE_SIZE ? undefined : entries.at(-1)?.id),
  })

export const placeQuery = (realm: string | undefined) =>
  queryOptions({
    queryKey: ['admin', 'place', realm],
    queryFn: async () => orThrow(await client.place({ realm })).place,
  })
