/** The pages of another realm than main: the same pages, for other accounts. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ADA, linkIn, openStage, type Stage } from './support/stage.ts'

const YAML = `
apps:
  - { contract: starter, realm: club, prefix: /club }
realms:
  club: { title: Chess Club, signUp: open }
`

let stage: Stage
before(async () => {
  stage = await openStage({ yaml: YAML })
})
after(() => stage.close())

const BOBBY = { name: 'Bobby', email: 'bobby@example.org', password: 'sicilian najdorf again' }

test('an account of a realm is made, signed in to, used and left at the pages of that realm', async () => {
  const page = await stage.visit()
  await page.goto('/realms/club/account')
  await page.getByText('Sign in to go on.').waitFor()
  assert.equal(new URL(page.url()).pathname, '/realms/club/sign-in')
  await page.getByRole('banner').getByRole('link', { name: 'Chess Club' }).waitFor()
  assert.equal(await page.title(), 'Sign in · Chess Club')

  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Name').fill(BOBBY.name)
  await page.getByLabel('E-mail address').fill(BOBBY.email)
  await page.getByLabel('Password', { exact: true }).fill(BOBBY.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  const link = linkIn((await stage.server.smtp.waitForMail(BOBBY.email)).text)
  await page.goto(link)
  await page.getByRole('button', { name: 'Yes, this is my account' }).click()
  await page.getByText('bobby@example.org is yours, and you are signed in.').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('This device', { exact: true }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/realms/club/account')
  assert.equal((await page.request.get('/api/account')).status(), 401)

  await page.getByLabel('Name', { exact: true }).fill('Robert')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Profile saved').waitFor()
  await page.getByRole('link', { name: 'Start' }).click()
  await page.getByRole('heading', { name: 'Hello, Robert' }).waitFor()
  assert.equal(new URL(page.url()).pathname.replace(/\/$/, ''), '/realms/club')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()

  await signIn(page, BOBBY)
  await page.getByRole('heading', { name: 'Hello, Robert' }).waitFor()
  await page.goto('/realms/club/sign-in?next=/realms/club/account')
  await page.getByText('This device', { exact: true }).waitFor()
  await page.context().close()
})

test('one browser is signed in to two realms at once, and neither knows the account of the other', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/realms/club/sign-in')
  await signIn(page, ADA)
  await page.getByText('Address or username and password do not match.').waitFor()
  await page.goto('/')
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.context().close()
})

test('a forgotten password is asked for, replaced and signed in with in the realm of the account', async () => {
  const page = await stage.visit()
  await page.goto('/forgot-password?realm=club')
  await page.getByRole('banner').getByRole('link', { name: 'Chess Club' }).waitFor()
  await page.getByLabel('E-mail address').fill(BOBBY.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('link', { name: 'Back to signing in' }).waitFor()
  const link = linkIn((await stage.server.smtp.waitForMail(BOBBY.email)).text)
  assert.match(link, /\/reset-password\?realm=club#/)
  await page.goto(link)
  await page.getByLabel('New password').fill('kings indian attack')
  await page.getByRole('button', { name: 'Replace password' }).click()
  await page.getByRole('heading', { name: 'Your password is replaced' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, { ...BOBBY, password: 'kings indian attack' })
  await page.getByRole('heading', { name: 'Hello, Robert' }).waitFor()
  await page.context().close()
})

test('the start page of a realm that nobody has set up leads to its set-up, its sign-in page does not', async () => {
  const page = await stage.visit()
  await page.goto('/realms/club/sign-in')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto('/realms/club')
  await page.getByRole('heading', { name: 'Set up Chess Club' }).waitFor()
  await page.context().close()
})

test('a realm that does not exist has no page, and says so in plain words', async () => {
  const page = await stage.visit()
  for (const path of ['/realms/nowhere/sign-in', '/realms/nowhere', '/reset-password?realm=nowhere#token']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'No page here' }).waitFor()
  }
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await page.getByRole('heading', { name: 'One account for every app here' }).waitFor()
  await page.goto('/realms/club/nowhere')
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await page.getByRole('heading', { name: 'Set up Chess Club' }).waitFor()
  await page.context().close()
})

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  const identifier = page.getByLabel('E-mail address or username')
  await identifier.fill(email)
  await identifier.press('Enter')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
