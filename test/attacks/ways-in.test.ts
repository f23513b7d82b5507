/** Every way in against every policy: what the gate refuses at one door it refuses at the next. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { askRegistration } from '../../engine/accounts/ask-registration.ts'
import { confirmEmail } from '../../engine/accounts/confirm-email.ts'
import { deleteAccount } from '../../engine/accounts/delete-account.ts'
import { setUpRealm } from '../../engine/accounts/set-up-realm.ts'
import { signUpWithPassword } from '../../engine/accounts/sign-up-with-password.ts'
import { completeSignUp } from '../../engine/authenticators/oauth/complete-sign-up.ts'
import type { PendingSignUp } from '../../engine/authenticators/oauth/pending-sign-up.ts'
import type {
  IdentityProvider,
  ProviderSettings,
  ProviderUser,
} from '../../engine/authenticators/oauth/provider.ts'
import { signInWithProvider } from '../../engine/authenticators/oauth/sign-in.ts'
import { signInAtOnce } from '../../engine/authenticators/oauth/sign-in-at-once.ts'
import { beginWithProvider } from '../../engine/authenticators/oauth/state.ts'
import { askPasskeySignIn, signInWithPasskey } from '../../engine/authenticators/passkey/sign-in.ts'
import { sendSignInCode } from '../../engine/authenticators/send-sign-in-code.ts'
import { signInWithCode } from '../../engine/authenticators/sign-in-with-code.ts'
import { signInWithPassword } from '../../engine/authenticators/sign-in-with-password.ts'
import { newTotpSecret, totpAt, totpStep } from '../../engine/authenticators/totp/algorithm.ts'
import { completeSecondStep } from '../../engine/authenticators/totp/second-step.ts'
import { openRealm } from '../../engine/create-engine.ts'
import { createSender } from '../../engine/mail/sender.ts'
import { defaultPolicy, type Realm, type RealmPolicy } from '../../engine/realm.ts'
import { succeed } from '../../engine/result.ts'
import type { NewSignIn } from '../../engine/sessions/sign-in.ts'
import { getAccount, setDisabled } from '../../storage/accounts.ts'
import { insertIdentity } from '../../storage/oauth-identities.ts'
import { insertPasskey } from '../../storage/passkeys.ts'
import { markTotpEnabled, putPendingTotp } from '../../storage/totp.ts'
import { assertCredential, createCredential } from '../support/authenticator.ts'
import { startEngine, type TestEngine, testClient } from '../support/engine.ts'
import { codeIn, linkIn, newName, OTHER_PASSWORD, PASSWORD } from './people.ts'

let parts: TestEngine
const mails: { to: string; text: string }[] = []
let sendMails: () => Promise<unknown>

before(async () => {
  parts = await startEngine()
  const { engine, storage, clock } = parts
  // A provider that says what it is told to: what providers say is tried with real ones elsewhere.
  const google: IdentityProvider = {
    settings: GOOGLE,
    authorizationUrl: async ({ state }) => succeed(`https://google.example/?state=${state}`),
    identify: async () => succeed(providerUser),
    check: async () => true,
    lastTrouble: () => null,
  }
  engine.providers = {
    listFor: ({ policy }) => (policy.providers === 'all' ? [google] : []),
    findFor: (realm, name) => engine.providers.listFor(realm).find(({ settings }) => settings.name === name),
    titleOf: (name) => name,
  }
  const sender = createSender({
    ...storage,
    clock,
    secrets: engine.secrets,
    deliver: async (mail) => void mails.push(mail),
    onError: (error) => {
      throw error
    },
  })
  sendMails = sender.sendDue
})
after(() => parts.close())

async function mailTo(address: string): Promise<{ text: string }> {
  await sendMails()
  const found = mails.findLast(({ to }) => to === address)
  assert.ok(found, `a mail went to ${address}`)
  return found
}

const GOOGLE: ProviderSettings = {
  kind: 'oidc',
  name: 'google',
  title: 'Google',
  clientId: 'x',
  clientSecret: 'x',
  issuer: 'https://google.example',
  scopes: 'openid',
  areEmailsVerified: false,
}

const client = testClient({ deviceHash: Buffer.alloc(32, 7) })

async function newRealm(): Promise<Realm> {
  return openRealm(parts.engine, { name: newName('realm'), policy: defaultPolicy })
}

interface Prepared {
  /** Null where the way makes the account. */
  accountId: number | null
  enter(realm: Realm): Promise<{ ok: boolean; failure?: { code: string }; accountId?: number }>
}

type Entered = Awaited<ReturnType<Prepared['enter']>>

function entered(
  result: { ok: true; value: { account: { id: number } } | null } | { ok: false; failure: { code: string } },
): Entered {
  if (!result.ok) return { ok: false, failure: result.failure }
  return result.value ? { ok: true, accountId: result.value.account.id } : { ok: false }
}

async function makeAccount(realm: Realm, email: string): Promise<number> {
  const made = await signUpWithPassword(parts.engine, {
    realm,
    client,
    email,
    username: newName('user'),
    password: PASSWORD,
  })
  assert.ok(made.ok)
  await parts.storage.db.deleteFrom('session').where('account_id', '=', made.value.account.id).execute()
  return made.value.account.id
}

async function askCode(realm: Realm, email: string): Promise<string> {
  const asked = await sendSignInCode(parts.engine, { realm, client, email })
  assert.ok(asked.ok)
  return codeIn(await mailTo(email))
}

const BROWSER = 'what a cookie knows it by'
let providerUser: ProviderUser

function newProviderUser(): ProviderUser {
  const subject = newName()
  const email = `${subject}@provider.example`
  return { subject, email, isEmailVerified: true, name: 'Ann', username: subject, picture: null }
}

const providerWay = { client, provider: 'google', browser: BROWSER }

async function stateFor(realm: Realm): Promise<string> {
  const begun = await beginWithProvider(parts.engine, {
    realm,
    ...providerWay,
    flow: 'login',
    accountId: null,
    redirectUri: 'https://id.example.org/back',
  })
  assert.ok(begun.ok)
  return new URL(begun.value.url).searchParams.get('state') ?? ''
}

/** Goes to a provider that says so, and comes back. */
async function comeBy(
  realm: Realm,
  user: ProviderUser,
): Promise<(now: Realm) => Promise<Entered & { signUp?: PendingSignUp }>> {
  const state = await stateFor(realm)
  return async (now) => {
    providerUser = user
    const result = await signInWithProvider(parts.engine, { realm: now, ...providerWay, state, code: 'x' })
    if (!result.ok || result.value.kind === 'signed_in') {
      return entered(result.ok ? { ok: true, value: (result.value as { signIn: NewSignIn }).signIn } : result)
    }
    return { ok: false, signUp: result.value.signUp }
  }
}

async function comeAtOnceBy(realm: Realm, user: ProviderUser): Promise<(now: Realm) => Promise<Entered>> {
  const state = await stateFor(realm)
  return async (now) => {
    providerUser = user
    return entered(await signInAtOnce(parts.engine, { realm: now, ...providerWay, state, code: 'x' }))
  }
}

/** Each way, by the file that calls the gate. */
const ways: Record<string, { file: string; prepare(realm: Realm): Promise<Prepared> }> = {
  'a password': {
    file: 'engine/authenticators/sign-in-with-password.ts',
    async prepare(realm) {
      const email = `${newName()}@example.com`
      const accountId = await makeAccount(realm, email)
      const enter = async (now: Realm) =>
        entered(
          await signInWithPassword(parts.engine, {
            realm: now,
            client,
            identifier: email,
            password: PASSWORD,
          }),
        )
      return { accountId, enter }
    },
  },
  'a second step': {
    file: 'engine/authenticators/totp/second-step.ts',
    async prepare(realm) {
      const email = `${newName()}@example.com`
      const accountId = await makeAccount(realm, email)
      const secret = newTotpSecret()
      const secretSealed = parts.engine.secrets.seal('totp', secret.toString('base64'))
      await putPendingTotp(parts.storage.db, { accountId, secretSealed, now: parts.clock.now() })
      await markTotpEnabled(parts.storage.db, { accountId, now: parts.clock.now() })
      const begun = await signInWithPassword(parts.engine, {
        realm,
        client,
        identifier: email,
        password: PASSWORD,
      })
      assert.ok(!begun.ok && begun.failure.code === 'second_step_due')
      const { token } = begun.failure
      const enter = async (now: Realm) => {
        const code = totpAt(secret, totpStep(parts.clock.now()))
        return entered(await completeSecondStep(parts.engine, { realm: now, client, token, code }))
      }
      return { accountId, enter }
    },
  },
  'a code for an account': {
    file: 'engine/authenticators/sign-in-with-code.ts',
    async prepare(realm) {
      const email = `${newName()}@example.com`
      const accountId = await makeAccount(realm, email)
      const code = await askCode(realm, email)
      const enter = async (now: Realm) =>
        entered(await signInWithCode(parts.engine, { realm: now, client, email, code }))
      return { accountId, enter }
    },
  },
  'a code for a newcomer': {
    file: 'engine/authenticators/sign-in-with-code.ts',
    async prepare(realm) {
      const email = `${newName()}@example.com`
      const code = await askCode(realm, email)
      const enter = async (now: Realm) =>
        entered(await signInWithCode(parts.engine, { realm: now, client, email, code }))
      return { accountId: null, enter }
    },
  },
  'a passkey': {
    file: 'engine/authenticators/passkey/sign-in.ts',
    async prepare(realm) {
      const accountId = await makeAccount(realm, `${newName()}@example.com`)
      const { uid } = await getAccount(parts.storage.db, accountId)
      const origin = parts.engine.publicUrl
      const user = { id: Buffer.from(uid).toString('base64url') }
      const registration = { rp: { id: 'id.example.org' }, user, challenge: 'x' }
      const { credential } = createCredential(registration, { origin })
      await insertPasskey(parts.storage.db, {
        realmId: realm.id,
        accountId,
        credentialId: credential.id,
        publicKey: credential.publicKey,
        signCount: 0,
        transports: [],
        name: 'Key',
        isBackedUp: false,
        now: parts.clock.now(),
      })
      const asked = await askPasskeySignIn(parts.engine, { realm, client })
      assert.ok(asked.ok)
      const response = assertCredential(asked.value, credential, { origin })
      const enter = async (now: Realm) =>
        entered(await signInWithPasskey(parts.engine, { realm: now, client, response }))
      return { accountId, enter }
    },
  },
  'a provider': {
    file: 'engine/authenticators/oauth/sign-in.ts',
    async prepare(realm) {
      const accountId = await makeAccount(realm, `${newName()}@example.com`)
      const user = newProviderUser()
      const identity = { provider: 'google', subject: user.subject, email: user.email }
      const createdAt = parts.clock.now()
      await insertIdentity(parts.storage.db, { realmId: realm.id, accountId, ...identity, createdAt })
      return { accountId, enter: await comeBy(realm, user) }
    },
  },
  'a provider for a newcomer': {
    file: 'engine/authenticators/oauth/complete-sign-up.ts',
    async prepare(realm) {
      const come = await comeBy(realm, newProviderUser())
      const signedIn = await come(realm)
      assert.ok(signedIn.signUp)
      const { token, username } = signedIn.signUp
      const enter = async (now: Realm) =>
        entered(await completeSignUp(parts.engine, { realm: now, client, browser: BROWSER, token, username }))
      return { accountId: null, enter }
    },
  },
  'a provider that asks nothing': {
    file: 'engine/authenticators/oauth/sign-in-at-once.ts',
    async prepare(realm) {
      const accountId = await makeAccount(realm, `${newName()}@example.com`)
      const user = newProviderUser()
      const identity = { provider: 'google', subject: user.subject, email: user.email }
      const createdAt = parts.clock.now()
      await insertIdentity(parts.storage.db, { realmId: realm.id, accountId, ...identity, createdAt })
      return { accountId, enter: await comeAtOnceBy(realm, user) }
    },
  },
  'a provider that asks a newcomer nothing': {
    file: 'engine/authenticators/oauth/sign-in-at-once.ts',
    async prepare(realm) {
      return { accountId: null, enter: await comeAtOnceBy(realm, newProviderUser()) }
    },
  },
  'signing up with a password': {
    file: 'engine/accounts/sign-up-with-password.ts',
    async prepare() {
      const username = newName()
      const email = `${username}@example.com`
      const enter = async (realm: Realm) =>
        entered(
          await signUpWithPassword(parts.engine, { realm, client, email, username, password: PASSWORD }),
        )
      return { accountId: null, enter }
    },
  },
  'the link of a registration': {
    file: 'engine/accounts/confirm-email.ts',
    async prepare(realm) {
      const email = `${newName()}@example.com`
      const asked = await askRegistration(parts.engine, {
        realm,
        client,
        email,
        password: OTHER_PASSWORD,
        name: null,
        language: null,
      })
      assert.ok(asked.ok)
      const { token } = linkIn(await mailTo(email))
      const enter = async (now: Realm) => {
        const result = await confirmEmail(parts.engine, {
          realm: now,
          client,
          token,
          isMine: true,
          signedIn: null,
        })
        return entered(result.ok ? { ok: true, value: result.value.signIn } : result)
      }
      return { accountId: null, enter }
    },
  },
  'the link of a registration without a password': {
    file: 'engine/accounts/confirm-email.ts',
    async prepare(realm) {
      const email = `${newName()}@example.com`
      const asked = await askRegistration(parts.engine, {
        realm,
        client,
        email,
        password: null,
        name: null,
        language: null,
      })
      assert.ok(asked.ok)
      const { token } = linkIn(await mailTo(email))
      const enter = async (now: Realm) => {
        const result = await confirmEmail(parts.engine, {
          realm: now,
          client,
          token,
          isMine: true,
          signedIn: null,
        })
        return entered(result.ok ? { ok: true, value: result.value.signIn } : result)
      }
      return { accountId: null, enter }
    },
  },
  'set-up': {
    file: 'engine/accounts/set-up-realm.ts',
    async prepare() {
      const enter = async (realm: Realm) =>
        entered(
          await setUpRealm(parts.engine, {
            realm,
            client,
            isCodeRight: true,
            email: `${newName()}@example.com`,
            password: PASSWORD,
            name: 'The operator',
            language: null,
          }),
        )
      return { accountId: null, enter }
    },
  },
}

/** What happens to each way; `as another` lets a new account in, the old one staying shut. */
type Outcome = 'in' | 'as another' | (string & {})
const expected: Record<string, Record<string, Outcome>> = {
  'nothing in the way': {
    'a provider': 'in',
    'a provider that asks nothing': 'in',
    'a provider for a newcomer': 'in',
    'a provider that asks a newcomer nothing': 'in',
    'a password': 'in',
    'a second step': 'in',
    'a passkey': 'in',
    'a code for an account': 'in',
    'a code for a newcomer': 'in',
    'signing up with a password': 'in',
    'the link of a registration': 'in',
    'the link of a registration without a password': 'in',
    'set-up': 'in',
  },
  'the account is disabled': {
    'a provider': 'account_disabled',
    'a provider that asks nothing': 'account_disabled',
    'a password': 'account_disabled',
    'a second step': 'account_disabled',
    'a passkey': 'account_disabled',
    'a code for an account': 'account_disabled',
  },
  'the account is deleted': {
    'a password': 'credentials_wrong',
    'a second step': 'second_step_over',
    'a passkey': 'passkey_not_valid',
    'a code for an account': 'as another',
  },
  'passwords are off': {
    'a provider': 'in',
    'a provider that asks nothing': 'in',
    'a provider for a newcomer': 'in',
    'a provider that asks a newcomer nothing': 'in',
    'a password': 'method_off',
    'a second step': 'method_off',
    'a passkey': 'in',
    'a code for an account': 'in',
    'a code for a newcomer': 'in',
    'signing up with a password': 'method_off',
    'the link of a registration': 'link_dead',
    'the link of a registration without a password': 'in',
    'set-up': 'in',
  },
  'codes are off': {
    'a provider': 'in',
    'a provider that asks nothing': 'in',
    'a provider for a newcomer': 'in',
    'a provider that asks a newcomer nothing': 'in',
    'a password': 'in',
    'a second step': 'in',
    'a passkey': 'in',
    'a code for an account': 'method_off',
    'a code for a newcomer': 'method_off',
    'signing up with a password': 'in',
    'the link of a registration': 'in',
    'the link of a registration without a password': 'in',
    'set-up': 'in',
  },
  'passkeys are off': {
    'a provider': 'in',
    'a provider that asks nothing': 'in',
    'a provider for a newcomer': 'in',
    'a provider that asks a newcomer nothing': 'in',
    'a password': 'in',
    'a second step': 'in',
    'a passkey': 'method_off',
    'a code for an account': 'in',
    'a code for a newcomer': 'in',
    'signing up with a password': 'in',
    'the link of a registration': 'in',
    'the link of a registration without a password': 'link_dead',
    'set-up': 'in',
  },
  'providers are off': {
    'a password': 'in',
    'a provider': 'provider_unknown',
    'a provider that asks nothing': 'provider_unknown',
    'a provider for a newcomer': 'method_off',
    'a provider that asks a newcomer nothing': 'provider_unknown',
    'set-up': 'in',
  },
  'sign-up is closed': {
    'a provider': 'in',
    'a provider that asks nothing': 'in',
    'a provider for a newcomer': 'sign_up_closed',
    'a provider that asks a newcomer nothing': 'sign_up_closed',
    'a password': 'in',
    'a second step': 'in',
    'a passkey': 'in',
    'a code for an account': 'in',
    'a code for a newcomer': 'sign_up_closed',
    'signing up with a password': 'sign_up_closed',
    'the link of a registration': 'link_dead',
    'the link of a registration without a password': 'link_dead',
    'set-up': 'in',
  },
  'sign-up is by invitation': {
    'a provider': 'in',
    'a provider that asks nothing': 'in',
    'a provider for a newcomer': 'sign_up_closed',
    'a provider that asks a newcomer nothing': 'sign_up_closed',
    'a password': 'in',
    'a second step': 'in',
    'a passkey': 'in',
    'a code for an account': 'in',
    'a code for a newcomer': 'sign_up_closed',
    'signing up with a password': 'sign_up_closed',
    'the link of a registration': 'link_dead',
    'the link of a registration without a password': 'link_dead',
    'set-up': 'in',
  },
}

const policies: Record<string, Partial<RealmPolicy>> = {
  'passwords are off': { passwordSignIn: false },
  'codes are off': { emailCodeSignIn: false },
  'providers are off': { providers: [] },
  'passkeys are off': { passkeySignIn: false },
  'sign-up is closed': { signUp: 'closed' },
  'sign-up is by invitation': { signUp: 'invitation' },
}

for (const [situation, outcomes] of Object.entries(expected)) {
  test(`where ${situation}, each way in does what the policy says, and a refusal leaves no session`, async () => {
    for (const [name, outcome] of Object.entries(outcomes)) {
      const way = ways[name]
      assert.ok(way)
      const realm = await newRealm()
      const { db } = parts.storage
      const { accountId, enter } = await way.prepare(realm)
      if (situation === 'the account is disabled' && accountId !== null) {
        await setDisabled(db, { id: accountId, disabledAt: 1, now: 1 })
      }
      if (situation === 'the account is deleted' && accountId !== null) {
        await deleteAccount(parts.engine, { realm, client, accountId })
      }
      if (situation === 'the account is deleted' && name === 'a code for an account') {
        // Its codes went with it; its owner may come back as somebody new, by a code of their own.
        assert.equal((await enter(realm)).failure?.code, 'code_wrong', name)
      }
      const now: Realm = { ...realm, policy: { ...realm.policy, ...policies[situation] } }
      const result = outcome === 'as another' ? { ok: true, accountId: undefined } : await enter(now)
      const sessions = await db.selectFrom('session').selectAll().where('realm_id', '=', realm.id).execute()
      const accounts = await db.selectFrom('account').select('id').where('realm_id', '=', realm.id).execute()
      if (outcome === 'in') {
        assert.equal(result.ok, true, `${situation}: ${name}`)
        assert.equal(sessions.length, 1, `${situation}: ${name} opens one session`)
        assert.equal(sessions[0]?.account_id, result.accountId)
      } else {
        if (outcome !== 'as another') {
          assert.deepEqual([result.ok, 'failure' in result && result.failure?.code], [false, outcome], name)
        }
        assert.equal(sessions.length, 0, `${situation}: ${name} opens no session`)
        assert.equal(accounts.length, accountId === null ? 0 : 1, `${situation}: ${name} makes no account`)
      }
    }
  })
}

test('these are all the ways there are: every file that calls the gate is tried above', () => {
  const root = join(import.meta.dirname, '..', '..')
  const callers = globSync('{engine,contracts,server}/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts') && path !== 'engine/sessions/gate.ts')
    .filter((path) => /\bopen(First)?Session\b/.test(readFileSync(join(root, path), 'utf8')))
  assert.deepEqual(callers.sort(), [...new Set(Object.values(ways).map(({ file }) => file))].sort())
})

test('the gate lets an account into its own realm only', async () => {
  const [mine, other] = [await newRealm(), await newRealm()]
  const email = `${newName()}@example.com`
  await makeAccount(mine, email)
  const result = await signInWithPassword(parts.engine, {
    realm: other,
    client,
    identifier: email,
    password: PASSWORD,
  })
  assert.deepEqual(result, { ok: false, failure: { code: 'credentials_wrong' } })
})
