/** From a stranger to an account: the first one of a server, and all others. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ADA, codeIn, linkIn, openStage, type Stage, signUpByApi } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const GRACE = { name: 'Grace Hopper', email: 'grace@example.org', password: 'nanoseconds of wire' }

test('who comes first sets the server up, is signed in, and nobody else is asked again', async () => {
  const own = await openStage({ setUp: false, setupCode: 'hedgehog' })
  const page = await own.visit()
  await page.goto('/account')
  await page.getByRole('heading', { name: 'Set up this server' }).waitFor()
  await page.getByLabel('Name').fill(ADA.name)
  await page.getByLabel('E-mail address').fill(ADA.email)
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.getByLabel('Set-up code').fill('badger')
  await page.getByRole('button', { name: 'Create account and begin' }).click()
  await page.getByText('That is not the code.').waitFor()
  assert.equal(await page.getByLabel('Name').inputValue(), ADA.name)
  await page.getByLabel('Set-up code').fill('hedgehog')
  await page.getByRole('button', { name: 'Create account and begin' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  for (const app of ['latchkey', 'starter']) await page.getByRole('heading', { name: app }).waitFor()

  const late = await own.visit()
  await late.goto('/setup')
  await late.getByRole('heading', { name: 'One account for every app here' }).waitFor()
  assert.equal(new URL(late.url()).pathname, '/')
  await own.close()
})

test('without a mail server the pages say where the link is to be found, and there it is', async ({
  waitFor,
}) => {
  const own = await openStage({ smtp: false })
  const page = await own.visit()
  await page.goto('/')
  await page.getByText('Mail is not sent yet').waitFor()
  await page.goto('/sign-up')
  await fillSignUp(page, GRACE)
  await page.getByText('printed on the console of the server').waitFor()
  const link = await waitFor(() =>
    linkIn(own.server.printed.find((line) => line.includes(GRACE.email)) ?? 'nothing printed yet'),
  )
  await page.goto(link)
  await page.getByRole('button', { name: 'Yes, this is my account' }).click()
  await page.getByText('grace@example.org is yours, and you are signed in.').waitFor()
  await own.close()
})

test('a sign-up, confirmed in the browser that began it, ends signed in and where it was going', async () => {
  const page = await stage.visit()
  await page.goto('/account')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await fillSignUp(page, GRACE)
  await page.getByText('We sent a message to grace@example.org').waitFor()
  const link = linkIn((await stage.server.smtp.waitForMail(GRACE.email)).text)

  const mailTab = await page.context().newPage()
  await mailTab.goto(link)
  await mailTab.getByRole('heading', { name: 'Is this your account?' }).waitFor()
  assert.doesNotMatch(mailTab.url(), /#/)
  await mailTab.getByRole('button', { name: 'Yes, this is my account' }).click()
  await mailTab.getByText('grace@example.org is yours, and you are signed in.').waitFor()
  await mailTab.getByRole('button', { name: 'Go on' }).click()
  await mailTab.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  // Filled once the account is here, which may be after the heading.
  await mailTab.locator(`input[value="${GRACE.name}"]`).waitFor()
  await page.context().close()
})

test('a sign-up, confirmed in another browser, ends at the sign-in page of that one', async () => {
  const hers = await stage.visit()
  await hers.goto('/sign-up')
  await fillSignUp(hers, { ...GRACE, email: 'grace@navy.example' })
  const link = linkIn((await stage.server.smtp.waitForMail('grace@navy.example')).text)

  const other = await stage.visit()
  await other.goto(link)
  await other.getByRole('button', { name: 'Yes, this is my account' }).click()
  await other.getByText('grace@navy.example is yours. Sign in to go on.').waitFor()
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByLabel('E-mail address or username').waitFor()
  assert.equal((await other.request.get('/api/account')).status(), 401)

  // The link is spent: opened again, it says so and leads on.
  await hers.goto(link)
  await hers.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await hers.getByRole('link', { name: 'Sign in' }).waitFor()
  for (const page of [hers, other]) await page.context().close()
})

test('who did not sign up says so, and nothing is left of it, also where it is still asked', async () => {
  const page = await stage.visit()
  await page.goto('/sign-up')
  await fillSignUp(page, { ...GRACE, email: 'stranger@example.org' })
  const link = linkIn((await stage.server.smtp.waitForMail('stranger@example.org')).text)
  const [owner, other] = [await stage.visit(), await stage.visit()]
  for (const each of [owner, other]) {
    await each.goto(link)
    await each.getByRole('heading', { name: 'Is this your account?' }).waitFor()
  }
  await owner.getByRole('button', { name: 'I did not register this' }).click()
  await owner.getByRole('heading', { name: 'Nothing is left of it' }).waitFor()
  await other.getByRole('button', { name: 'Yes, this is my account' }).click()
  await other.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  for (const each of [page, owner, other]) await each.context().close()
})

test('a sign-up by code needs no password', async () => {
  const page = await stage.visit()
  await page.goto('/sign-up')
  await page.getByRole('button', { name: 'Without a password, by e-mail code' }).click()
  await page.getByLabel('Name').fill('Katherine')
  await page.getByLabel('E-mail address').fill('katherine@example.org')
  await page.getByRole('button', { name: 'Send me a code' }).click()
  const code = codeIn((await stage.server.smtp.waitForMail('katherine@example.org')).text)
  await page.getByLabel('Six-digit code').fill(code)
  await page.getByRole('heading', { name: 'Hello, Katherine' }).waitFor()
  await page.context().close()
})

test('an address that has an account gets the same words; only its owner learns of it', async () => {
  await signUpByApi(stage.server, { ...GRACE, email: 'known@example.org' })
  const page = await stage.visit()
  const shown: string[] = []
  for (const email of ['known@example.org', 'new@example.org']) {
    await page.goto('/sign-up')
    await fillSignUp(page, { ...GRACE, email })
    await page.getByText(`We sent a message to ${email}`).waitFor()
    shown.push(String(await page.locator('main').textContent()).replaceAll(email, ''))
  }
  assert.equal(shown[0], shown[1])
  const { text } = await stage.server.smtp.waitForMail('known@example.org')
  assert.doesNotMatch(text, /confirm-email/)
  await page.context().close()
})

test('a weak password is judged while it is typed and refused beside its field, and all else is kept', async () => {
  const page = await stage.visit()
  await page.goto('/sign-up')
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('password1')
  await page.getByText('Password strength: guessed at once').waitFor()
  await page.getByLabel('Name').fill('Grace')
  await page.getByLabel('E-mail address').fill('weak@example.org')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Too many people use this password').waitFor()
  assert.equal(await password.evaluate((field) => field === document.activeElement), true)
  assert.equal(await password.inputValue(), 'password1')
  await password.fill('four words in a row')
  await page.getByText('Password strength: strong').waitFor()
  assert.equal(await page.getByText('Too many people use this password').count(), 0)
  await page.context().close()
})

test('what is missing is said beside each field, and the first of them is focused', async () => {
  const page = await stage.visit()
  await page.goto('/sign-up')
  await page.getByRole('button', { name: 'Create account' }).click()
  assert.equal(await page.getByText('This is needed.').count(), 2)
  const email = page.getByLabel('E-mail address')
  assert.equal(await email.evaluate((field) => field === document.activeElement), true)
  await email.fill('not an address')
  await page.getByLabel('Password', { exact: true }).fill(GRACE.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('That is not an e-mail address.').waitFor()
  await page.context().close()
})

async function fillSignUp(page: Page, { name, email, password }: typeof GRACE): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()
}
