/** The account page: all that one changes about oneself. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { linkIn, openStage, type Stage, signInByApi, signUpByApi } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const PASSWORD = 'a loom that weaves algebra'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/** Somebody of one test alone, at their account page. */
async function someone(name: string): Promise<{ page: Page; email: string }> {
  const email = `${name}@example.org`
  await signUpByApi(stage.server, { name, email, password: PASSWORD })
  const page = await stage.visit()
  await page.context().addCookies(await signInByApi(stage.server, { email, password: PASSWORD }))
  await page.goto('/account')
  await page.getByText('This device', { exact: true }).waitFor()
  return { page, email }
}

test('name and username are saved, greeted with, signed in with, and taken back', async () => {
  const { page } = await someone('hedy')
  const name = page.getByLabel('Name', { exact: true })
  await name.fill('Hedy Lamarr')
  await page.getByLabel('Username').fill('no spaces here')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Use 3 to 30 letters and digits, without accents.').waitFor()
  await page.getByLabel('Username').fill('hedy1914')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Profile saved').waitFor()

  await name.fill('Hedwig')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Back as it was').waitFor()
  assert.equal(await name.inputValue(), 'Hedy Lamarr')
  assert.equal(await page.getByText('Profile saved').count(), 0)
  await page.getByRole('link', { name: 'Start' }).click()
  await page.getByRole('heading', { name: 'Hello, Hedy Lamarr' }).waitFor()

  const identifier = { identifier: 'HEDY1914', password: PASSWORD }
  assert.equal((await stage.server.visitor().post('/api/sign-in/password', identifier)).status, 200)
  await page.context().close()
})

test('an address changes when its new mailbox says so, where its owner is signed in', async () => {
  const { page, email } = await someone('emilie')
  await page.getByRole('button', { name: 'Change address' }).click()
  await page.getByLabel('New e-mail address').fill('emilie@cirey.example')
  await page.getByLabel('Current password').fill('not hers at all')
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('That is not your current password.').waitFor()
  assert.equal(await page.getByLabel('New e-mail address').inputValue(), 'emilie@cirey.example')
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('A link is on its way to emilie@cirey.example.').waitFor()
  const link = linkIn((await stage.server.smtp.waitForMail('emilie@cirey.example')).text)
  await stage.server.smtp.waitForMail(email)

  // In a browser where nobody is signed in, the link waits until somebody is.
  const other = await stage.visit()
  await other.goto(link)
  await other.getByText('Sign in to the account this is for').waitFor()
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByLabel('E-mail address or username').fill(email)
  await other.keyboard.press('Enter')
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await other.keyboard.press('Enter')
  await other.getByRole('button', { name: 'Yes, use this address' }).click()
  await other.getByText('emilie@cirey.example is yours, and you are signed in.').waitFor()
  await other.getByRole('button', { name: 'Go on' }).click()
  await other.goto('/account')
  await other.getByText('emilie@cirey.example').waitFor()
  for (const each of [page, other]) await each.context().close()
})

test('a link for the account of somebody else leads to their sign-in, not in a circle', async () => {
  const { page } = await someone('sophie')
  await page.getByRole('button', { name: 'Change address' }).click()
  await page.getByLabel('New e-mail address').fill('sophie@paris.example')
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Send the link' }).click()
  const link = linkIn((await stage.server.smtp.waitForMail('sophie@paris.example')).text)

  const ada = await stage.visit({ signedIn: true })
  await ada.goto(link)
  await ada.getByRole('button', { name: 'Yes, use this address' }).click()
  await ada.getByText('Sign in to the account this is for').waitFor()
  await ada.getByRole('button', { name: 'Sign in' }).click()
  await ada.getByLabel('E-mail address or username').waitFor()
  for (const each of [page, ada]) await each.context().close()
})

test('an address that nobody proved yet has its link mailed once more', async () => {
  const { page, email } = await someone('maria')
  await page.route('**/api/account', async (route) => {
    const response = await route.fetch()
    const { account } = await response.json()
    await route.fulfill({ response, json: { account: { ...account, emailProvedAt: null } } })
  })
  await page.goto('/')
  await page.getByText(`Confirm ${email}`).waitFor()
  await page.goto('/account')
  await page.getByText('Not confirmed yet').waitFor()
  // The server knows better by now, and says so.
  await page.unroute('**/api/account')
  await page.getByRole('button', { name: 'Send the link again' }).click()
  await page.getByText('Confirmed', { exact: true }).waitFor()
  await page.context().close()
})

test('a new password ends the other sessions, and says how many', async () => {
  const { page, email } = await someone('rosalind')
  await signInByApi(stage.server, { email, password: PASSWORD })
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('That is your password already.').waitFor()
  await page.getByLabel('New password').fill('photograph fifty one')
  await page.getByRole('button', { name: 'Change password' }).click()
  // Two: the program above, and the one that made the account.
  await page
    .getByText(/^Password changed; (one other device is|\d other devices are) signed out\.$/)
    .waitFor()
  await page.getByText('You are signed in nowhere else.').waitFor()
  const { subject } = await stage.server.smtp.waitForMail(email)
  assert.equal(subject, 'Your password was changed')
  await page.context().close()
})

test('sessions are shown by device, and ended one by one or all at once', async () => {
  const { page, email } = await someone('dorothy')
  for (const agent of [IPHONE, 'curl/8.5.0', 'curl/8.5.0']) {
    const headers = { 'user-agent': agent }
    await stage.server
      .visitor()
      .post('/api/sign-in/password', { identifier: email, password: PASSWORD }, { headers })
  }
  await page.reload()
  await page.getByRole('button', { name: 'Sign out Safari on iPhone' }).click()
  await page.getByText('Signed out: Safari on iPhone').waitFor()
  assert.equal(await page.getByText('Safari on iPhone', { exact: true }).count(), 0)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText(/^\d other devices are signed out\.$/).waitFor()
  await page.getByText('You are signed in nowhere else.').waitFor()
  await page.reload()
  await page.getByText('You are signed in nowhere else.').waitFor()
  await page.context().close()
})

test('a session that was ended elsewhere says so beside what was being typed', async () => {
  const { page } = await someone('marie')
  await page.getByLabel('Name', { exact: true }).fill('Marie Curie')
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('You are signed out. Sign in and do it again.').waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Marie Curie')
  await page.context().close()
})

test('the language of the account is changed, taken back, and follows to another browser', async () => {
  const { page, email } = await someone('lise')
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch')
  await page.getByText('Sprache geändert').waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  await page.getByRole('heading', { name: 'Konto', exact: true }).waitFor()

  const other = await stage.visit({ locale: 'en-GB' })
  await other.context().addCookies(await signInByApi(stage.server, { email, password: PASSWORD }))
  await other.goto('/')
  await other.getByRole('heading', { name: 'Hallo, lise' }).waitFor()

  await page.getByRole('button', { name: 'Rückgängig' }).click()
  await page.getByText('Back as it was').waitFor()
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  for (const each of [page, other]) await each.context().close()
})
