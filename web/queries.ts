import { QueryClient, queryOptions } from '@tanstack/react-query'
import { type Account, createClient, type Outcome, type Problem } from '../client/index.ts'
import { here } from './here.ts'
import { isLanguage, speak } from './texts/language.ts'

let tellOfPasswordChange = () => {}

export const client = createClient({
  baseUrl: `${location.origin}${here.api}`,
  onProblem({ code }) {
    if (code !== 'password_change_due') return
    queryClient.setQueryData(accountQuery.queryKey, (known) => known && { ...known, passwordChangeDue: true })
    tellOfPasswordChange()
  },
})

/** Any call may be the first to learn that the password became a temporary one. */
export function onPasswordChangeDue(listener: () => void): void {
  tellOfPasswordChange = listener
}

/** How a problem travels through TanStack Query, which knows a failure only when it is thrown. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export function orThrow<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value
  throw new ProblemError(outcome.problem)
}

/** What passes by itself is asked once more; an answer is an answer. */
function mayPass(error: Error): boolean {
  return error instanceof ProblemError && ['unreachable', 'unavailable'].includes(error.problem.code)
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: (tries, error) => tries < 1 && mayPass(error), retryDelay: 500 } },
})

export const startQuery = queryOptions({
  queryKey: ['start'],
  queryFn: async () => orThrow(await client.start()),
  staleTime: 60_000,
})

/** null: nobody is signed in. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: async () => {
    const outcome = await client.account()
    if (!outcome.ok && outcome.problem.code === 'signed_out') return null
    return orThrow(outcome).account
  },
  staleTime: 30_000,
})

export const usernameQuery = (username: string) =>
  queryOptions({
    queryKey: ['username', username],
    queryFn: async () => orThrow(await client.judgeUsername(username)).username,
    enabled: username !== '',
    retry: false,
    staleTime: 10_000,
  })

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => orThrow(await client.sessions()).sessions,
})

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: async () => orThrow(await client.secondFactor()),
})

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: async () => orThrow(await client.passkeys()).passkeys,
})

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: async () => orThrow(await client.connections()).connections,
})

/** The one to hand out now: asked for again, it is the same until it is nearly over. */
export const invitationQuery = queryOptions({
  queryKey: ['invitation'],
  queryFn: async () => orThrow(await client.invite()).invitation,
})

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => orThrow(await client.invitations()),
})

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => orThrow(await client.tokens()).tokens,
})

export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: async () => orThrow(await client.devices()).devices,
})

/** Looking at a mailed link does not spend it. */
export const linkQuery = (realm: string, token: string) =>
  queryOptions({
    queryKey: ['link', realm, token],
    queryFn: async () => orThrow(await client.lookAtEmailLink({ realm, token })),
    // What was shown stays while its question is answered, after which the link is dead.
    staleTime: Number.POSITIVE_INFINITY,
  })

export const strengthQuery = (password: string, hints: string[]) =>
  queryOptions({
    queryKey: ['strength', password, hints],
    queryFn: async () => orThrow(await client.rateStrength({ password, hints })),
    enabled: password !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    // A password does not stay in memory after its field is gone.
    gcTime: 0,
  })

/** The account, once known, decides the language: before anything is drawn in another one. */
export async function findAccount(): Promise<Account | null> {
  const account = await queryClient.ensureQueryData(accountQuery)
  if (isLanguage(account?.language)) await speak(account.language)
  return account
}

export async function signedIn(account: Account): Promise<void> {
  queryClient.clear()
  queryClient.setQueryData(accountQuery.queryKey, account)
  if (isLanguage(account.language)) await speak(account.language)
}

export function signedOut(): void {
  queryClient.clear()
  queryClient.setQueryData(accountQuery.queryKey, null)
}
