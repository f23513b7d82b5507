/** Without a mouse: everything can be reached, in the order it is read, and one sees where one is. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ADA, linkIn, openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

/** What has the focus, by the name it is called aloud. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return ''
    const isField = element instanceof HTMLInputElement || element instanceof HTMLSelectElement
    const label = isField ? element.labels?.[0]?.textContent : element.textContent
    return (element.ariaLabel ?? label ?? '').trim()
  })

/** Goes on with Tab to what is called so, seeing at every stop that its focus can be seen. */
async function tabTo(page: Page, name: string): Promise<string[]> {
  const passed: string[] = []
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press('Tab')
    const here = await focused(page)
    passed.push(here)
    if (here !== '') assert.ok(await isFocusVisible(page), `the focus on "${here}" can be seen`)
    if (here === name) return passed
  }
  assert.fail(`"${name}" is not reached by Tab, but ${passed.join(', ')}`)
}

function isFocusVisible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { outlineStyle, outlineWidth, opacity } = getComputedStyle(document.activeElement ?? document.body)
    const isInput = document.activeElement?.matches('input[type=radio]')
    return isInput || (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1 && opacity !== '0')
  })
}

test('from the start page through sign-up and mail to an account, out of it and in again, by keys alone', async () => {
  const page = await stage.visit()
  await page.goto('/')
  await page.getByRole('heading', { name: 'One account for every app here' }).waitFor()
  await tabTo(page, 'Create account')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Create your account' }).waitFor()
  assert.equal(await focused(page), 'Name (optional)')
  await page.keyboard.type('Barbara')
  await tabTo(page, 'E-mail address')
  await page.keyboard.type('barbara@example.org')
  await tabTo(page, 'Password')
  await page.keyboard.type('jumping genes in maize')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()
  assert.equal(await focused(page), 'Look in your mail')

  await page.goto(linkIn((await stage.server.smtp.waitForMail('barbara@example.org')).text))
  await page.getByRole('heading', { name: 'Is this your account?' }).waitFor()
  await tabTo(page, 'Yes, this is my account')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
  await tabTo(page, 'Go on')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hello, Barbara' }).waitFor()

  await tabTo(page, 'Sign out')
  await page.keyboard.press('Space')
  await page.getByText('You are signed out.').waitFor()
  assert.equal(await focused(page), 'E-mail address or username')
  await page.keyboard.type('barbara@example.org')
  await page.keyboard.press('Enter')
  await page.getByLabel('Password', { exact: true }).waitFor()
  assert.equal(await focused(page), 'Password')
  await page.keyboard.type('jumping genes in maize')
  await tabTo(page, 'Show the password')
  await page.keyboard.press('Space')
  assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text')
  await tabTo(page, 'Sign in')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hello, Barbara' }).waitFor()
  await page.context().close()
})

test('the first stop on every page with a rail skips it', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByText('This device', { exact: true }).waitFor()
  assert.deepEqual(await tabTo(page, 'Skip to the content'), ['Skip to the content'])
  const { x = -1, y = -1 } = (await page.getByText('Skip to the content').boundingBox()) ?? {}
  assert.ok(x >= 0 && y >= 0)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Choose a picture')
  await page.context().close()
})

test('the focus goes through a page in the order it is read', async () => {
  const page = await stage.visit()
  await page.goto('/sign-up')
  await page.getByLabel('Name').waitFor()
  const passed = await tabTo(page, 'Switch to dark')
  assert.deepEqual(passed, [
    'E-mail address',
    'Password',
    'Show the password',
    'Create account',
    'With a passkey, without a password',
    'Without a password, by e-mail code',
    'Sign in to an account you have',
    'English',
    'Deutsch',
    'Switch to dark',
  ])

  const account = await stage.visit({ signedIn: true })
  await account.goto('/account')
  await account.getByText('This device', { exact: true }).waitFor()
  const stops = await tabTo(account, 'Language')
  assert.deepEqual(stops.slice(0, 11), [
    'Skip to the content',
    'Start',
    'Account',
    'Administration',
    'Sign out',
    'Choose a picture',
    'Name',
    'Username',
    'Save',
    'Change address',
    'Change password',
  ])
  for (const each of [page, account]) await each.context().close()
})

test('a form that opens takes the focus, and gives it back where it was opened', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  const change = page.getByRole('button', { name: 'Change password' })
  await change.focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('New password').waitFor()
  assert.equal(await focused(page), 'Current password')
  await tabTo(page, 'Cancel')
  await page.keyboard.press('Enter')
  await change.waitFor()
  assert.equal(await focused(page), 'Change password')

  await page.getByRole('button', { name: 'Change address' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('ada@example.net')
  await tabTo(page, 'Current password')
  await page.keyboard.type(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByText('A link is on its way to ada@example.net.').waitFor()
  assert.equal(await focused(page), 'Change address')
  await page.context().close()
})

test('what is done from the keyboard is taken back from the keyboard', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByText('This device', { exact: true }).waitFor()
  await page.getByLabel('Name', { exact: true }).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('Countess of Lovelace')
  await page.keyboard.press('Enter')
  await page.getByText('Profile saved').waitFor()
  await tabTo(page, 'Undo')
  await page.keyboard.press('Enter')
  await page.getByText('Back as it was').waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), ADA.name)
  await page.context().close()
})

test('the theme is chosen by arrow keys', async () => {
  const page = await stage.visit({ signedIn: true, colorScheme: 'light' })
  await page.goto('/account')
  await page.getByRole('radio', { name: 'As the system' }).focus()
  await page.keyboard.press('ArrowLeft')
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await page.context().close()
})
