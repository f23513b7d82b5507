/** Signing in, signing up and linking by providers: a real OpenID provider's own pages, and a page like GitHub's. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startGithub, type TestGithub } from '../support/github.ts'
import { startOidcProvider, type TestProvider } from '../support/oidc-provider.ts'
import { assertForEverybody } from './support/accessible.ts'
import { ADA, openStage, type Stage } from './support/stage.ts'

let stage: Stage
let google: TestProvider
let github: TestGithub
before(async () => {
  ;[google, github] = await Promise.all([startOidcProvider(), startGithub()])
  stage = await openStage({
    providerPatienceMs: 2_000,
    yaml: 'realms:\n  salon: { signUp: closed }\n',
    env: {
      OAUTH_GOOGLE_CLIENT_ID: google.clientId,
      OAUTH_GOOGLE_CLIENT_SECRET: google.clientSecret,
      OAUTH_GOOGLE_ISSUER: google.issuer,
      OAUTH_GITHUB_CLIENT_ID: github.clientId,
      OAUTH_GITHUB_CLIENT_SECRET: github.clientSecret,
      OAUTH_GITHUB_URL: github.url,
    },
  })
})
after(async () => {
  await stage.close()
  await Promise.all([google.close(), github.close()])
})

const continueWith = (page: Page, provider: string) =>
  page.getByRole('button', { name: `Continue with ${provider}` }).click()

/** At the provider's own pages: who one is, and that one agrees. */
async function signInAtGoogle(page: Page, login: string): Promise<void> {
  await page.waitForURL((url) => url.origin === google.issuer)
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  // What one has agreed to is not asked again.
  await page.locator('button:has-text("Continue"), h1:has-text("Consent"), form').first().waitFor()
  if (new URL(page.url()).origin === google.issuer) await page.locator('button[type=submit]').click()
}

const shots = process.env.SHOTS
async function shoot(page: Page, name: string): Promise<void> {
  if (!shots) return
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png` })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: `${shots}/${name}-phone-${colorScheme}.png` })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

test('from the sign-in page to Google, back to a name of one’s own, and in; the next time at once', async () => {
  google.people.set('grace', {
    sub: 'grace-1',
    email: 'grace@provider.example',
    email_verified: true,
    name: 'Grace Hopper',
  })
  const page = await stage.visit()
  await page.goto('/sign-in?next=/account')
  await page.getByRole('button', { name: 'Continue with GitHub' }).waitFor()
  await shoot(page, 'sign-in')
  await assertForEverybody(page)
  await continueWith(page, 'Google')
  await signInAtGoogle(page, 'grace')
  await page.getByRole('heading', { name: 'Choose a username' }).waitFor()
  // Neither the code nor the state stays in the address or in the history.
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/sign-in/with/google')
  const username = page.getByLabel('Username')
  assert.equal(await username.inputValue(), 'gracehopper')
  assert.equal(await page.getByLabel('Name (optional)').inputValue(), 'Grace Hopper')
  await page.getByText('gracehopper is free.').waitFor()
  await username.fill('a b')
  await page.getByText('a b is taken, or is no username.').waitFor()
  await assertForEverybody(page)
  await shoot(page, 'choose-name')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Use 3 to 30 letters and digits, without accents.').waitFor()
  await username.fill('grace1')
  await page.getByText('grace1 is free.').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  await page.getByText(/^Signed in .* with Google$/).waitFor()
  const connections = page.locator('#providers')
  await connections.getByText('grace@provider.example').waitFor()

  const again = await stage.visit()
  await again.goto('/sign-up')
  await continueWith(again, 'Google')
  await signInAtGoogle(again, 'grace')
  await again.waitForURL((url) => url.pathname === '/')
  const { account } = await (await again.request.get('/api/account')).json()
  assert.deepEqual([account.username, account.name], ['grace1', 'Grace Hopper'])
})

test('GitHub’s page: yes signs up, no says so and changes nothing', async () => {
  github.visitor = 'octocat'
  const page = await stage.visit()
  await page.goto('/sign-in')
  await continueWith(page, 'GitHub')
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.getByText('GitHub said no, or you did. Nothing has changed.').waitFor()
  assert.equal(new URL(page.url()).search, '')
  await assertForEverybody(page)
  await shoot(page, 'said-no')
  await page.getByRole('link', { name: 'To the sign-in' }).click()
  await continueWith(page, 'GitHub')
  await page.getByRole('link', { name: 'Authorize' }).click()
  await page.getByRole('heading', { name: 'Choose a username' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/')
  // Loaded anew, or gone back to, there is nothing to finish.
  await page.context().clearCookies()
  await page.goto('/sign-in/with/github')
  await page.getByText('There is nothing to finish here. Begin again.').waitFor()
})

test('an address that has an account: sign in first, then link, and take it off again', async () => {
  google.people.set('ada', { sub: 'ada-1', email: ADA.email, email_verified: true, name: 'Ada' })
  const page = await stage.visit()
  await page.goto('/sign-in')
  await continueWith(page, 'Google')
  await signInAtGoogle(page, 'ada')
  await page.getByText(/An account here has this address already. Sign in to it first/).waitFor()
  await assertForEverybody(page)
  await shoot(page, 'address-taken')

  const owner = await stage.visit({ signedIn: true })
  await owner.goto('/account')
  const section = owner.locator('#providers')
  await section.getByRole('button', { name: 'Link Google' }).click()
  await section.getByLabel('Current password').fill('not the password')
  await owner.keyboard.press('Enter')
  await section.getByText('That is not your current password.').waitFor()
  await assertForEverybody(owner)
  await section.getByLabel('Current password').fill(ADA.password)
  await owner.keyboard.press('Enter')
  await signInAtGoogle(owner, 'ada')
  await owner.getByText('Google now opens your account').waitFor()
  await section.getByText(ADA.email).waitFor()
  await section.scrollIntoViewIfNeeded()
  await assertForEverybody(owner)
  await shoot(owner, 'account')
  await section.getByRole('button', { name: 'Take off Google' }).click()
  await owner.getByText('Google no longer opens your account').waitFor()
  await section.getByRole('button', { name: 'Link Google' }).waitFor()

  // Another way in, and back with a no.
  await section.getByRole('button', { name: 'Link GitHub' }).click()
  await section.getByLabel('Current password').fill(ADA.password)
  await owner.keyboard.press('Enter')
  await owner.getByRole('link', { name: 'Cancel' }).click()
  await owner.getByText('GitHub said no, or you did. Your account is as it was.').waitFor()
  await owner.getByRole('link', { name: 'To your account' }).click()
  await section.getByRole('button', { name: 'Link GitHub' }).waitFor()
})

test('the last way in cannot be taken off, and the page says why', async () => {
  const page = await stage.visit()
  github.visitor = 'only'
  await page.goto('/realms/community/sign-in')
  await continueWith(page, 'GitHub')
  await page.getByRole('link', { name: 'Authorize' }).click()
  await page.getByRole('heading', { name: 'Choose a username' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/realms/community/sign-in/with/github')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL((url) => url.pathname === '/realms/community/')
  await page.goto('/realms/community/account')
  const section = page.locator('#providers')
  await section.getByText(/This is the only way into your account/).waitFor()
  assert.equal(await section.getByRole('button', { name: 'Take off GitHub' }).count(), 0)
  await assertForEverybody(page)
})

test('a provider that is away is said to be, and nobody new comes where nobody may', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  google.lie = { answer: { path: '/token', status: 503, body: '{}' } }
  await continueWith(page, 'Google')
  await signInAtGoogle(page, 'somebody')
  await page.getByText(/The provider does not answer just now/).waitFor()
  google.lie = {}
  await page.goto('/realms/salon/sign-in')
  await continueWith(page, 'Google')
  await page.waitForURL((url) => url.pathname === '/realms/salon/sign-in/with/google')
  await page.getByText('New accounts are not open here. Ask the operator for one.').waitFor()
})

test('administrators see how providers do and copy what is to be registered', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/admin/providers')
  await page.getByRole('heading', { name: 'Google' }).waitFor()
  const { publicUrl } = stage.server.server.house
  await page.getByText(`${publicUrl}/sign-in/with/google`, { exact: true }).waitFor()
  await page.getByText(`${publicUrl}/sign-in/with/github`, { exact: true }).waitFor()
  await assertForEverybody(page)
  await shoot(page, 'admin-providers')
})
