import createFetchClient from 'openapi-fetch'
import { type Outcome, type Problem, problemFrom, problemUnreachable } from './problem.ts'
import type { paths } from './schema.d.ts'

export type { Outcome, Problem, ProblemCode } from './problem.ts'
export { PROBLEM_CODES } from './problem.ts'

export type ClientOptions = {
  /** The origin of the server and the path of the API, `https://accounts.example.org/api`. */
  baseUrl: string
  /** A session's token, for programs; a browser sends its cookie by itself. */
  token?: string
  fetch?: (request: Request) => Promise<Response>
  /** Hears of every problem besides the caller of its call, for what concerns more than that call. */
  onProblem?: (problem: Problem) => void
}

type JsonOf<Content> = Content extends { content: { 'application/json': infer Json } } ? Json : never
type Operation<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method]
type Responses<Op> = Op extends { responses: infer All } ? All : never
type Answer<Path extends keyof paths, Method extends keyof paths[Path]> = JsonOf<
  Responses<Operation<Path, Method>>[keyof Responses<Operation<Path, Method>> & (200 | 201 | 202)]
>
type Body<Path extends keyof paths, Method extends keyof paths[Path]> =
  Operation<Path, Method> extends { requestBody?: infer Asked } ? JsonOf<NonNullable<Asked>> : never
type Query<Path extends keyof paths> =
  Operation<Path, 'get'> extends { parameters: { query?: infer Asked } } ? NonNullable<Asked> : never

export type Start = Answer<'/start', 'get'>
export type App = Start['apps'][number]
export type Account = Answer<'/account', 'get'>['account']
export type SignedIn = Answer<'/sign-in/password', 'post'>
export type Session = Answer<'/account/sessions', 'get'>['sessions'][number]
export type Invitation = Answer<'/account/invitations', 'post'>['invitation']
export type Invited = Answer<'/account/invitations', 'get'>['invited'][number]
export type SecondFactorSetup = Answer<'/account/second-factor', 'post'>
export type ApiToken = Answer<'/account/tokens', 'get'>['tokens'][number]
export type ApiTokenScope = Body<'/account/tokens', 'post'>['scopes'][number]
export type Passkey = Answer<'/account/passkeys', 'get'>['passkeys'][number]
export type Connection = Answer<'/account/connections', 'get'>['connections'][number]
export type ProviderStates = Answer<'/admin/providers', 'get'>
export type PushDevice = Answer<'/account/devices', 'get'>['devices'][number]
export type PasswordStrength = Answer<'/password-strength', 'post'>
export type LinkLook = Answer<'/email-confirmation/look', 'post'>
export type ManagedRealm = Answer<'/admin/realms', 'get'>['realms'][number]
export type AdminAccount = Answer<'/admin/accounts/{uid}', 'get'>['account']
export type Referral = Answer<'/admin/referrals', 'get'>['people'][number]
export type Mail = Answer<'/admin/mails', 'get'>['mails'][number]
export type MailContent = Answer<'/admin/mails/{id}', 'get'>
export type LoggedAction = Answer<'/admin/activity', 'get'>['entries'][number]
export type ActivityQuery = Query<'/admin/activity'>
export type Place = Body<'/admin/place', 'put'>
export type AccountsQuery = Query<'/admin/accounts'>
export type ReferralsQuery = Query<'/admin/referrals'>
export type MailsQuery = Query<'/admin/mails'>
export type NewAccount = Body<'/admin/accounts', 'post'>
type BackFromProvider = Body<'/sign-in/providers/{provider}/finish', 'post'>
type RealmQuery = Query<'/admin/place'>
export type Client = ReturnType<typeof createClient>

/**
 * The calls of our own API (contracts/latchkey/README.md), in the order of its page.
 * None throws: what went wrong is a problem in the outcome, an unreachable server too.
 */
export function createClient({ baseUrl, token, fetch, onProblem }: ClientOptions) {
  const http = createFetchClient<paths>({
    baseUrl,
    ...(fetch === undefined ? {} : { fetch }),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  })
  async function settle<Value>(sent: Sent<Value>): Promise<Outcome<Value>> {
    const outcome = await outcomeOf(sent)
    if (!outcome.ok) onProblem?.(outcome.problem)
    return outcome
  }
  return {
    start: () => settle(http.GET('/start')),
    setUp: (body: Body<'/setup', 'post'>) => settle(http.POST('/setup', { body })),
    signUp: (body: Body<'/accounts', 'post'>) => settle(http.POST('/accounts', { body })),
    signInWithPassword: (body: Body<'/sign-in/password', 'post'>) =>
      settle(http.POST('/sign-in/password', { body })),
    sendSignInCode: (body: Body<'/sign-in/code', 'post'>) => settle(http.POST('/sign-in/code', { body })),
    signInWithCode: (body: Body<'/sign-in/code/verify', 'post'>) =>
      settle(http.POST('/sign-in/code/verify', { body })),
    completeSecondStep: (body: Body<'/sign-in/second-step', 'post'>) =>
      settle(http.POST('/sign-in/second-step', { body })),
    askPasskeySignIn: () => settle(http.POST('/sign-in/passkey/options')),
    signInWithPasskey: (body: Body<'/sign-in/passkey', 'post'>) =>
      settle(http.POST('/sign-in/passkey', { body })),
    beginWithProvider: (provider: string) =>
      settle(http.POST('/sign-in/providers/{provider}', { params: { path: { provider } } })),
    signInWithProvider: (provider: string, body: BackFromProvider) =>
      settle(http.POST('/sign-in/providers/{provider}/finish', { params: { path: { provider } }, body })),
    isUsernameFree: (body: Body<'/sign-up/provider/username', 'post'>) =>
      settle(http.POST('/sign-up/provider/username', { body })),
    signUpWithProvider: (body: Body<'/sign-up/provider', 'post'>) =>
      settle(http.POST('/sign-up/provider', { body })),
    signOut: () => settle(http.POST('/sign-out')),
    sendRecoveryLink: (body: Body<'/recovery', 'post'>) => settle(http.POST('/recovery', { body })),
    completeRecovery: (body: Body<'/recovery/complete', 'post'>) =>
      settle(http.POST('/recovery/complete', { body })),
    confirmEmail: (body: Body<'/email-confirmation', 'post'>) =>
      settle(http.POST('/email-confirmation', { body })),
    lookAtEmailLink: (body: Body<'/email-confirmation/look', 'post'>) =>
      settle(http.POST('/email-confirmation/look', { body })),
    rateStrength: (body: Body<'/password-strength', 'post'>) =>
      settle(http.POST('/password-strength', { body })),
    account: () => settle(http.GET('/account')),
    changeAccount: (body: Body<'/account', 'patch'>) => settle(http.PATCH('/account', { body })),
    judgeUsername: (username: string) =>
      settle(http.GET('/account/usernames/{username}', { params: { path: { username } } })),
    setPicture: (file: Blob) => settle(http.PUT('/account/picture', formOf(file))),
    removePicture: () => settle(http.DELETE('/account/picture')),
    setBanner: (file: Blob) => settle(http.PUT('/account/banner', formOf(file))),
    removeBanner: () => settle(http.DELETE('/account/banner')),
    changePassword: (body: Body<'/account/password', 'put'>) =>
      settle(http.PUT('/account/password', { body })),
    changeEmail: (body: Body<'/account/email', 'post'>) => settle(http.POST('/account/email', { body })),
    sessions: () => settle(http.GET('/account/sessions')),
    endSession: (id: string) => settle(http.DELETE('/account/sessions/{id}', { params: { path: { id } } })),
    endOtherSessions: () => settle(http.DELETE('/account/sessions')),
    sendConfirmation: () => settle(http.POST('/account/confirmation')),
    secondFactor: () => settle(http.GET('/account/second-factor')),
    setUpSecondFactor: (body: Body<'/account/second-factor', 'post'>) =>
      settle(http.POST('/account/second-factor', { body })),
    enableSecondFactor: (body: Body<'/account/second-factor/enable', 'post'>) =>
      settle(http.POST('/account/second-factor/enable', { body })),
    disableSecondFactor: (body: Body<'/account/second-factor/disable', 'post'>) =>
      settle(http.POST('/account/second-factor/disable', { body })),
    renewRecoveryCodes: (body: Body<'/account/second-factor/recovery-codes', 'post'>) =>
      settle(http.POST('/account/second-factor/recovery-codes', { body })),
    passkeys: () => settle(http.GET('/account/passkeys')),
    askPasskey: (body: Body<'/account/passkeys/options', 'post'>) =>
      settle(http.POST('/account/passkeys/options', { body })),
    addPasskey: (body: Body<'/account/passkeys', 'post'>) => settle(http.POST('/account/passkeys', { body })),
    renamePasskey: (id: number, name: string) =>
      settle(http.PATCH('/account/passkeys/{id}', { params: { path: { id } }, body: { name } })),
    removePasskey: (id: number, body: Body<'/account/passkeys/{id}/remove', 'post'>) =>
      settle(http.POST('/account/passkeys/{id}/remove', { params: { path: { id } }, body })),
    connections: () => settle(http.GET('/account/connections')),
    beginLink: (provider: string, body: Body<'/account/connections/{provider}', 'post'>) =>
      settle(http.POST('/account/connections/{provider}', { params: { path: { provider } }, body })),
    linkProvider: (provider: string, body: BackFromProvider) =>
      settle(http.POST('/account/connections/{provider}/finish', { params: { path: { provider } }, body })),
    unlinkProvider: (provider: string) =>
      settle(http.DELETE('/account/connections/{provider}', { params: { path: { provider } } })),
    tokens: () => settle(http.GET('/account/tokens')),
    createToken: (body: Body<'/account/tokens', 'post'>) => settle(http.POST('/account/tokens', { body })),
    revokeToken: (id: number) => settle(http.DELETE('/account/tokens/{id}', { params: { path: { id } } })),
    invitations: () => settle(http.GET('/account/invitations')),
    invite: () => settle(http.POST('/account/invitations')),
    devices: () => settle(http.GET('/account/devices')),
    removeDevice: (id: number) => settle(http.DELETE('/account/devices/{id}', { params: { path: { id } } })),
    managedRealms: () => settle(http.GET('/admin/realms')),
    accounts: (query: AccountsQuery) => settle(http.GET('/admin/accounts', { params: { query } })),
    createAccount: (body: NewAccount) => settle(http.POST('/admin/accounts', { body })),
    accountOf: (uid: string) => settle(http.GET('/admin/accounts/{uid}', { params: { path: { uid } } })),
    changeRole: (uid: string, role: NewAccount['role']) =>
      settle(http.PATCH('/admin/accounts/{uid}', { params: { path: { uid } }, body: { role } })),
    signOutAccount: (uid: string) =>
      settle(http.POST('/admin/accounts/{uid}/sign-out', { params: { path: { uid } } })),
    disableAccount: (uid: string) =>
      settle(http.POST('/admin/accounts/{uid}/disable', { params: { path: { uid } } })),
    enableAccount: (uid: string) =>
      settle(http.POST('/admin/accounts/{uid}/enable', { params: { path: { uid } } })),
    referrals: (query: ReferralsQuery) => settle(http.GET('/admin/referrals', { params: { query } })),
    mails: (query: MailsQuery) => settle(http.GET('/admin/mails', { params: { query } })),
    mail: (id: number, query: RealmQuery) =>
      settle(http.GET('/admin/mails/{id}', { params: { path: { id }, query } })),
    retryMail: (id: number, query: RealmQuery) =>
      settle(http.POST('/admin/mails/{id}/retry', { params: { path: { id }, query } })),
    providerStates: (query: RealmQuery) => settle(http.GET('/admin/providers', { params: { query } })),
    activity: (query: ActivityQuery) => settle(http.GET('/admin/activity', { params: { query } })),
    place: (query: RealmQuery) => settle(http.GET('/admin/place', { params: { query } })),
    changePlace: (query: RealmQuery, body: Place) =>
      settle(http.PUT('/admin/place', { params: { query }, body })),
  }
}

/** Their document says what a file is like in a form; in a program it is a blob. */
function formOf(file: Blob) {
  const form = new FormData()
  form.append('file', file)
  return { body: { file: '' }, bodySerializer: () => form }
}

type Sent<Value> = Promise<{ data?: Value; error?: unknown; response: Response }>

async function outcomeOf<Value>(sent: Sent<Value>): Promise<Outcome<Value>> {
  try {
    const { data, error, response } = await sent
    if (response.ok && data !== undefined) return { ok: true, value: data }
    return { ok: false, problem: problemFrom(error, response) }
  } catch {
    // fetch rejects when no whole answer came; a body cut short fails to parse. One to the caller.
    return { ok: false, problem: problemUnreachable() }
  }
}
