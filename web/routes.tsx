import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  type ParsedLocation,
  redirect,
} from '@tanstack/react-router'
import { accountsSearch, activitySearch, adminSearch, mailboxSearch } from './admin/search.ts'
import { FailurePage } from './frame/failure-page.tsx'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { Root } from './frame/root.tsx'
import { Waiting } from './frame/waiting.tsx'
import { here } from './here.ts'
import { findAccount, onPasswordChangeDue, ProblemError, queryClient, startQuery } from './queries.ts'
import { nextHere } from './sign-in/use-go-on.ts'

/** Every page of a realm that there is not is none. */
async function requireRealm() {
  if (here.isMain) return
  await queryClient.ensureQueryData(startQuery).catch((error: unknown) => {
    throw error instanceof ProblemError && error.problem.code === 'not_found' ? notFound() : error
  })
}

const OWN_PASSWORD = '/account/own-password'

/** A temporary password opens the page that replaces it, and nothing else; a mailed link replaces it too. */
async function requireOwnPassword({ pathname, publicHref }: ParsedLocation) {
  const account = await findAccount()
  if (account?.passwordChangeDue !== true || [OWN_PASSWORD, '/reset-password'].includes(pathname)) return
  throw redirect({ to: OWN_PASSWORD, search: { next: publicHref }, replace: true })
}

const rootRoute = createRootRoute({
  component: Root,
  async beforeLoad({ location }) {
    await requireRealm()
    await requireOwnPassword(location)
  },
})

/** Nothing else makes sense before the server has its first account. */
async function requireSetUp() {
  if (here.isMain) await leadToSetUp()
}

async function leadToSetUp() {
  const { setupDue } = await queryClient.ensureQueryData(startQuery)
  if (setupDue) throw redirect({ to: '/setup', replace: true })
}

const roomRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'room',
  component: lazyRouteComponent(() => import('./frame/room.tsx'), 'Room'),
  beforeLoad: requireSetUp,
})

const startRoute = createRoute({
  getParentRoute: () => roomRoute,
  path: '/',
  beforeLoad: async () => {
    // Another realm may have accounts, made by an app or an admin, and no set-up: they sign in all the same.
    if ((await findAccount()) === null) await leadToSetUp()
  },
  component: lazyRouteComponent(() => import('./start/start-page.tsx'), 'StartPage'),
})

const accountRoute = createRoute({
  getParentRoute: () => roomRoute,
  path: '/account',
  validateSearch: ({ add }: Record<string, unknown>): { add?: 'passkey' } =>
    add === 'passkey' ? { add } : {},
  beforeLoad: requireAccount,
  component: lazyRouteComponent(() => import('./account/account-page.tsx'), 'AccountPage'),
})

/** Whoever is signed out signs in first, and comes back. */
async function requireAccount({ location }: { location: ParsedLocation }) {
  if ((await findAccount()) === null)
    throw redirect({ to: '/sign-in', search: { next: location.publicHref } })
}

const invitationsRoute = createRoute({
  getParentRoute: () => roomRoute,
  path: '/account/invitations',
  beforeLoad: requireAccount,
  component: lazyRouteComponent(() => import('./invitations/invitations-page.tsx'), 'InvitationsPage'),
})

const tokensRoute = createRoute({
  getParentRoute: () => roomRoute,
  path: '/account/tokens',
  beforeLoad: requireAccount,
  component: lazyRouteComponent(() => import('./tokens/tokens-page.tsx'), 'TokensPage'),
})

const cardRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'card',
  component: lazyRouteComponent(() => import('./frame/card.tsx'), 'CardFrame'),
})

const setupRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/setup',
  validateSearch: ({ step }: Record<string, unknown>): { step?: 'place' | 'hours' } =>
    step === 'place' || step === 'hours' ? { step } : {},
  beforeLoad: async () => {
    const { setupDue } = await queryClient.ensureQueryData(startQuery)
    if (!setupDue) throw redirect({ to: '/', replace: true })
  },
  component: lazyRouteComponent(() => import('./setup/setup-page.tsx'), 'SetupPage'),
})

type SignInSearch = { next?: string; step?: 'password' | 'code'; after?: 'reset' | 'sign-out' }

const signInRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/sign-in',
  validateSearch: ({ next, step, after }: Record<string, unknown>): SignInSearch => ({
    ...(typeof next === 'string' ? { next } : {}),
    ...(step === 'password' || step === 'code' ? { step } : {}),
    ...(after === 'reset' || after === 'sign-out' ? { after } : {}),
  }),
  beforeLoad: async ({ search }) => {
    await requireSetUp()
    if ((await findAccount()) !== null) throw redirect({ href: nextHere(search.next) })
  },
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Its name and nothing else: what the provider brought was taken out of the address before this. */
const providerReturnRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/sign-in/with/$provider',
  beforeLoad: findAccount,
  component: lazyRouteComponent(() => import('./providers/return-page.tsx'), 'ProviderReturnPage'),
})

const nextSearch = ({ next }: Record<string, unknown>): { next?: string } =>
  typeof next === 'string' ? { next } : {}

const signUpRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/sign-up',
  validateSearch: nextSearch,
  beforeLoad: async ({ search }) => {
    await requireSetUp()
    if ((await findAccount()) !== null) throw redirect({ href: nextHere(search.next) })
  },
  component: lazyRouteComponent(() => import('./sign-up/sign-up-page.tsx'), 'SignUpPage'),
})

const ownPasswordRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: OWN_PASSWORD,
  validateSearch: nextSearch,
  beforeLoad: async ({ search, location }) => {
    const account = await findAccount()
    if (account === null) throw redirect({ to: '/sign-in', search: { next: location.publicHref } })
    if (!account.passwordChangeDue) throw redirect({ href: nextHere(search.next) })
  },
  component: lazyRouteComponent(() => import('./own-password/own-password-page.tsx'), 'OwnPasswordPage'),
})

const forgotPasswordRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/forgot-password',
  validateSearch: ({ realm }: Record<string, unknown>): { realm?: string } =>
    typeof realm === 'string' ? { realm } : {},
  component: lazyRouteComponent(() => import('./recovery/forgot-password-page.tsx'), 'ForgotPasswordPage'),
})

/** What a mailed link carries beside its token, which stands in the fragment (see use-link-token.ts). */
const linkSearch = ({ realm }: Record<string, unknown>): { realm: string } => ({
  realm: typeof realm === 'string' ? realm : here.realm,
})

const resetPasswordRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/reset-password',
  validateSearch: linkSearch,
  component: lazyRouteComponent(() => import('./recovery/reset-password-page.tsx'), 'ResetPasswordPage'),
})

const confirmEmailRoute = createRoute({
  getParentRoute: () => cardRoute,
  path: '/confirm-email',
  validateSearch: linkSearch,
  beforeLoad: findAccount,
  component: lazyRouteComponent(
    () => import('./email-confirmation/confirm-email-page.tsx'),
    'ConfirmEmailPage',
  ),
})

const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  validateSearch: adminSearch,
  beforeLoad: async ({ location, search }) => {
    await requireSetUp()
    const account = await findAccount()
    if (account === null) throw redirect({ to: '/sign-in', search: { next: location.publicHref } })
    if (account.role !== 'admin' || search.realm !== undefined) return
    const { realmToShow } = await import('./admin/realm-memory.ts')
    const realm = await realmToShow()
    if (realm !== undefined) throw redirect({ to: '.', search: { ...search, realm }, replace: true })
  },
  component: lazyRouteComponent(() => import('./admin/admin-room.tsx'), 'AdminRoom'),
})

const adminIndexRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/',
  // Who may not administer is told so here.
  beforeLoad: async ({ search }) => {
    if ((await findAccount())?.role === 'admin')
      throw redirect({ to: '/admin/accounts', search, replace: true })
  },
})

const adminAccountsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/accounts',
  validateSearch: accountsSearch,
  component: lazyRouteComponent(() => import('./admin/accounts-page.tsx'), 'AccountsPage'),
})

const adminInvitationsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/invitations',
  component: lazyRouteComponent(() => import('./admin/invitations-page.tsx'), 'InvitationsPage'),
})

const adminMailboxRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/mailbox',
  validateSearch: mailboxSearch,
  component: lazyRouteComponent(() => import('./admin/mailbox-page.tsx'), 'MailboxPage'),
})

const adminProvidersRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/providers',
  component: lazyRouteComponent(() => import('./admin/providers-page.tsx'), 'ProvidersPage'),
})

const adminActivityRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/activity',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./admin/activity-page.tsx'), 'ActivityPage'),
})

const adminPlaceRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/place',
  component: lazyRouteComponent(() => import('./admin/place-page.tsx'), 'PlacePage'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    roomRoute.addChildren([startRoute, accountRoute, invitationsRoute, tokensRoute]),
    cardRoute.addChildren([
      setupRoute,
      signInRoute,
      providerReturnRoute,
      signUpRoute,
      ownPasswordRoute,
      forgotPasswordRoute,
      resetPasswordRoute,
      confirmEmailRoute,
    ]),
    adminRoute.addChildren([
      adminIndexRoute,
      adminAccountsRoute,
      adminInvitationsRoute,
      adminMailboxRoute,
      adminProvidersRoute,
      adminActivityRoute,
      adminPlaceRoute,
    ]),
  ]),
  basepath: here.base || '/',
  defaultPreload: 'intent',
  // The query cache decides what is fresh.
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  defaultPendingMinMs: 200,
  defaultPendingComponent: Waiting,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
})

onPasswordChangeDue(() => void router.invalidate())

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
