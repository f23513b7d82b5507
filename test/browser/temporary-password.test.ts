/** An account that an admin made: its first password is a temporary one, and opens nothing but its replacement. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertForEverybody } from './support/accessible.ts'
import { hire } from './support/account-pages.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

test('a temporary password leads to a page that replaces it, and then to where one was going', async () => {
  const { email, temporary, signInPage } = await hire(stage.server, 'Vidal')
  const page = await stage.visit()
  await page.goto(`${signInPage}?next=/realms/salon/account`)
  await signIn(page, email, temporary)
  await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor()

  await assertForEverybody(page)

  for (const path of ['', '/account', '/sign-in', '/sign-up', '/forgot-password', '/nowhere']) {
    await page.goto(`/realms/salon${path}`)
    await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor()
  }
  await page.goto('/realms/salon/account?tab=1')
  await page.getByLabel('Temporary password').fill('not what was mailed')
  await page.getByLabel('New password').fill('wash cut and go')
  await page.getByText('Password strength: ').waitFor()
  await page.getByRole('button', { name: 'Use my own password' }).click()
  await page.getByText('That is not your current password.').waitFor()
  await page.getByLabel('Temporary password').fill(temporary)
  await page.getByLabel('New password').fill(temporary)
  await page.getByRole('button', { name: 'Use my own password' }).click()
  await page.getByText('That is your password already.').waitFor()
  await page.getByLabel('New password').fill('wash cut and go')
  await page.getByRole('button', { name: 'Use my own password' }).click()
  await page.getByText('This device', { exact: true }).waitFor()
  assert.equal(page.url(), `${stage.server.url}/realms/salon/account?tab=1`)

  await page.goto('/realms/salon/account/own-password')
  await page.getByRole('heading', { name: 'Hello, Vidal' }).waitFor()
  await page.context().close()
})

test('who would rather not may sign out, and meets the same page at the next sign-in', async () => {
  const { email, temporary, signInPage } = await hire(stage.server, 'Trevor')
  const page = await stage.visit()
  await page.goto(signInPage)
  await signIn(page, email, temporary)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await signIn(page, email, temporary)
  await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor()
  await page.context().close()
})

test('a page that was open learns of it from the first answer that says so', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByText('This device', { exact: true }).waitFor()
  await page.route('**/api/account', (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({ status: 403, json: { status: 403, title: 'First.', code: 'password_change_due' } })
      : route.continue(),
  )
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor()
  assert.match(page.url(), /\/account\/own-password\?next=%2Faccount$/)
  await page.context().close()
})

async function signIn(page: Page, email: string, password: string): Promise<void> {
  const identifier = page.getByLabel('E-mail address or username')
  await identifier.fill(email)
  await identifier.press('Enter')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
