/** Back into an account one has, and out of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ADA, codeIn, linkIn, openStage, type Stage, signUpByApi } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

test('by password, and out again', async () => {
  const page = await stage.visit()
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await begin(page, ADA.email)
  await page.getByText(ADA.email).waitFor()
  await password(page).fill(ADA.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.goto('/account')
  await page.getByText('Sign in to go on.').waitFor()
  await page.context().close()
})

test('by code, which sends itself when its last digit is typed or pasted', async () => {
  const page = await stage.visit({ permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto('/sign-in')
  await begin(page, ADA.email)
  await page.getByRole('button', { name: 'E-mail me a code instead' }).click()
  const field = page.getByLabel('Six-digit code')
  const code = codeIn((await stage.server.smtp.waitForMail(ADA.email)).text)
  await field.pressSequentially(code === '000000' ? '000001' : '000000')
  await page.getByText('That code does not work').waitFor()
  assert.equal(await field.evaluate((it) => it === document.activeElement), true)

  await page.evaluate((text) => navigator.clipboard.writeText(text), `${code.slice(0, 3)}-${code.slice(3)}\n`)
  await field.press('ControlOrMeta+a')
  await field.press('ControlOrMeta+v')
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()

  // The way that was used last is offered first.
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('E-mail address or username').fill(ADA.email)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await page.getByRole('button', { name: 'Use my password instead' }).click()
  await password(page).waitFor()
  await page.context().close()
})

test('a code waits for its owner: the page that asks for it may be loaded anew', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  await begin(page, 'later@example.org')
  await page.getByRole('button', { name: 'E-mail me a code instead' }).click()
  await page.getByLabel('Six-digit code').waitFor()
  await page.reload()
  await page.getByText('If later@example.org can be used here').waitFor()
  await page.getByRole('button', { name: 'Send a new code' }).click()
  await page.getByText('The one before no longer counts.').waitFor()
  await page.context().close()
})

test('a wrong password keeps what was typed, and says the same whether there is such an account', async () => {
  const page = await stage.visit()
  const shown: string[] = []
  for (const email of [ADA.email, 'nobody@example.org']) {
    await page.goto('/sign-in')
    await begin(page, email)
    await password(page).fill('not her password')
    await page.keyboard.press('Enter')
    await page.getByText('Address or username and password do not match.').waitFor()
    assert.equal(await password(page).inputValue(), 'not her password')
    assert.equal(await password(page).evaluate((it) => it === document.activeElement), true)
    shown.push(String(await page.locator('main').textContent()).replaceAll(email, ''))
  }
  assert.equal(shown[0], shown[1])
  await page.context().close()
})

test('a password can be looked at, and hidden again, without losing it', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  await begin(page, ADA.email)
  await password(page).fill(ADA.password)
  await page.getByRole('button', { name: 'Show the password' }).click()
  assert.equal(await password(page).getAttribute('type'), 'text')
  assert.equal(await password(page).inputValue(), ADA.password)
  await page.getByRole('button', { name: 'Hide the password' }).click()
  assert.equal(await password(page).getAttribute('type'), 'password')
  await page.getByRole('button', { name: 'Show the password' }).click()
  await password(page).press('Enter')
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.context().close()
})

test('a password manager that fills both fields at once signs in in one step', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address or username').waitFor()
  // As managers do it: into the fields, past the keyboard.
  await page.evaluate(({ email, password: secret }) => {
    for (const [name, value] of [
      ['identifier', email],
      ['password', secret],
    ] as const) {
      const field = document.querySelector<HTMLInputElement>(`[name=${name}]`)
      if (field) field.value = value
    }
  }, ADA)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.context().close()
})

test('a forgotten password is replaced by a link, whose token vanishes from the address', async () => {
  const person = { name: 'Emmy', email: 'emmy@example.org', password: 'symmetry gives laws' }
  await signUpByApi(stage.server, person)
  const page = await stage.visit()
  await page.goto('/sign-in')
  await begin(page, person.email)
  await page.getByRole('link', { name: 'I forgot my password' }).click()
  assert.equal(await page.getByLabel('E-mail address').inputValue(), person.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText(`If ${person.email} has an account here`).waitFor()
  const link = linkIn((await stage.server.smtp.waitForMail(person.email)).text)

  await page.goto(link)
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  assert.equal(new URL(page.url()).hash, '')
  assert.doesNotMatch(page.url(), new RegExp(new URL(link).hash.slice(1)))
  await page.reload()
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Replace password' }).click()
  await page.getByText('Too short: it needs at least 8 characters.').waitFor()
  await page.getByLabel('New password').fill('invariants are conserved')
  await page.getByRole('button', { name: 'Replace password' }).click()
  await page.getByText('Your password is replaced.').waitFor()
  assert.equal(await page.getByLabel('E-mail address or username').inputValue(), person.email)
  await page.keyboard.press('Enter')
  await password(page).fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByText('Address or username and password do not match.').waitFor()
  await password(page).fill('invariants are conserved')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hello, Emmy' }).waitFor()

  await page.goto(link)
  await page.getByLabel('New password').fill('once more with feeling')
  await page.getByRole('button', { name: 'Replace password' }).click()
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await page.context().close()
})

test('every field says what belongs in it, to managers and to phones', async () => {
  const page = await stage.visit()
  const kinds: Record<string, string[]> = {}
  const note = async () => {
    for (const field of await page.locator('input:not([aria-hidden])').all()) {
      const name = `${new URL(page.url()).pathname} ${await field.getAttribute('name')}`
      kinds[name] = await field.evaluate((it: HTMLInputElement) => [
        it.autocomplete,
        it.type,
        it.inputMode,
        it.enterKeyHint,
      ])
    }
  }
  await page.goto('/sign-up')
  await page.getByLabel('Name').waitFor()
  await note()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address or username').waitFor()
  await note()
  await begin(page, ADA.email)
  await password(page).waitFor()
  await note()
  await page.getByRole('button', { name: 'E-mail me a code instead' }).click()
  await page.getByLabel('Six-digit code').waitFor()
  await note()
  assert.deepEqual(kinds, {
    '/sign-up name': ['name', 'text', '', 'next'],
    '/sign-up email': ['username', 'email', 'email', 'next'],
    '/sign-up password': ['new-password', 'password', '', 'done'],
    '/sign-in identifier': ['username webauthn', 'text', 'email', 'next'],
    '/sign-in password': ['current-password', 'password', '', 'go'],
    '/sign-in code': ['one-time-code', 'text', 'numeric', 'done'],
  })
  await page.context().close()
})

test('when the server is away, the page says so, keeps what was typed, and goes on once it is back', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  await begin(page, ADA.email)
  await password(page).fill(ADA.password)
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('The server did not answer. Check your connection and try again.').waitFor()
  await alert.getByText('What you typed is still here.').waitFor()
  assert.equal(await password(page).inputValue(), ADA.password)
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.context().close()
})

test('a page that could not be shown is shown after "Try again"', async () => {
  const page = await stage.visit()
  let isAway = true
  await page.route('**/api/**', (route) => (isAway ? route.abort() : route.fallback()))
  await page.goto('/sign-in')
  await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor()
  isAway = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByLabel('E-mail address or username').waitFor()
  await page.context().close()
})

test('who tries too often is told how long to wait', async () => {
  const own = await openStage({ env: { RATE_LIMIT: 'on' } })
  const page = await own.visit()
  await page.goto('/sign-in')
  await begin(page, 'nobody@example.org')
  const told = page.getByText(/Too many tries\. Try again in \d+ (seconds?|minutes?|hours?)\./)
  for (let tries = 0; tries < 40 && (await told.count()) === 0; tries++) {
    const answered = page.waitForResponse('**/api/sign-in/password')
    await password(page).fill(`guess number ${tries}`)
    await page.keyboard.press('Enter')
    await answered
    await page.locator('button[type=submit][aria-busy=false]').waitFor()
  }
  await told.waitFor()
  await own.close()
})

const password = (page: Page) => page.getByLabel('Password', { exact: true })

async function begin(page: Page, identifier: string): Promise<void> {
  await page.getByLabel('E-mail address or username').fill(identifier)
  await page.getByRole('button', { name: 'Continue' }).click()
}
