/** Passkeys with a device that Chromium simulates: added, used by button and from the browser's list, renamed, removed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { totpAt, totpStep } from '../../engine/authenticators/totp/algorithm.ts'
import { assertForEverybody } from './support/accessible.ts'
import { ADA, linkIn, openStage, type Stage, signUpByApi, type Visit } from './support/stage.ts'
import { addAuthenticator, type VirtualAuthenticator } from './support/virtual-authenticator.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const BUTTON = 'Sign in with a passkey'
const isIn = (page: Page) => page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
const rows = (page: Page) => page.locator('#passkeys li')

async function add(page: Page, password: string = ADA.password): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.locator('#passkeys').getByLabel('Current password').fill(password)
  await page.keyboard.press('Enter')
}

/** A device that answers by itself answers the browser's list too, so where the button is tried there is none. */
async function visitWithDevice(visit?: Visit): Promise<{ page: Page; device: VirtualAuthenticator }> {
  const page = await stage.visit(visit)
  await page.addInitScript(() => {
    if (location.search === '') PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  return { page, device: await addAuthenticator(page) }
}

async function signInPage(page: Page): Promise<void> {
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: BUTTON }).waitFor()
}

test('a passkey from the account page to signing in by button and from the browser’s list, and its end', async () => {
  const { page, device } = await visitWithDevice({ signedIn: true })
  await page.goto('/account')
  await page.getByText('You have none yet.').waitFor()
  await add(page, 'not the password')
  await page.getByText('That is not your current password.').waitFor()
  // Whom the device cannot verify gets none.
  await device.verifies(false)
  await page.locator('#passkeys').getByLabel('Current password').fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByText(/^Nothing was done: it was cancelled/).waitFor()
  await assertForEverybody(page)
  assert.deepEqual(await device.credentials(), [])
  await device.verifies(true)
  await page.keyboard.press('Enter')
  await page.getByText('Passkey added: Linux').waitFor()
  await rows(page).getByText('not used yet').waitFor()
  assert.equal((await device.credentials()).length, 1)

  // The same device keeps one for an account; another one, and it is told apart.
  await add(page)
  await page.getByText('This device has a passkey for your account already.').waitFor()
  const [first] = await device.credentials()
  await device.forget(first?.credentialId ?? '')
  await page.keyboard.press('Enter')
  await rows(page).getByText('Linux (2)').waitFor()
  assert.equal(await rows(page).count(), 2)

  await page.getByRole('button', { name: 'Rename Linux (2)' }).press('Enter')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('Work <computer>')
  await assertForEverybody(page)
  await page.keyboard.press('Enter')
  await page.getByText('Now called Work <computer>').waitFor()
  await page.getByRole('button', { name: 'Rename Work <computer>' }).and(page.locator(':focus')).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await rows(page).getByText('Linux (2)', { exact: true }).waitFor()

  // With a second step on, a passkey is both steps.
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByLabel('Current password').fill(ADA.password)
  await page.keyboard.press('Enter')
  const key = keyOf((await page.locator('code').first().textContent()) ?? '')
  await page.getByLabel('Six-digit code').fill(totpAt(key, totpStep(stage.server.clock.now())))
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()

  await signInPage(page)
  await device.verifies(false)
  await page.getByRole('button', { name: BUTTON }).click()
  await page.getByText(/^Nothing was done: it was cancelled/).waitFor()
  await assertForEverybody(page)
  await device.verifies(true)
  await page.getByRole('button', { name: BUTTON }).press('Enter')
  await isIn(page)
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.goto('/account')
  await page.getByText(/Signed in .* with a passkey/).waitFor()
  await rows(page).first().getByText(/Used/).waitFor()

  // From the list under the field: the device answers by itself, and nothing is clicked.
  await page.context().clearCookies()
  await page.goto('/sign-in?next=/account')
  await isIn(page)
  await page.getByRole('button', { name: 'Remove Linux (2)' }).click()
  await page.locator('#passkeys').getByLabel('Current password').fill(ADA.password)
  await assertForEverybody(page)
  await page.keyboard.press('Enter')
  await page.getByText('Passkey removed: Linux (2)').waitFor()
  assert.equal(await rows(page).count(), 1)

  await signInPage(page)
  // Chromium was told and forgets it; a device that was not told is refused in words.
  await page.getByRole('button', { name: BUTTON }).click()
  const refusal = page.getByText(/^This passkey opens no account here|^Nothing was done/)
  await refusal.waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  await page.context().close()
})

test('after a password a passkey is suggested once; who says yes is led to it', async () => {
  const grace = { name: 'Grace', email: 'grace@example.org', password: ADA.password }
  await signUpByApi(stage.server, grace)
  const { page } = await visitWithDevice()
  const enter = async () => {
    await page.context().clearCookies()
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address or username').fill(grace.email)
    await page.keyboard.press('Enter')
    await page.getByLabel('Password', { exact: true }).fill(grace.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Hello, Grace' }).waitFor()
  }
  const suggestion = page.getByText('Sign in without your password next time')
  await enter()
  await suggestion.waitFor()
  await assertForEverybody(page)
  await page.getByRole('button', { name: 'No, thank you' }).click()
  await suggestion.waitFor({ state: 'detached' })
  await enter()
  await page.goto('/')
  await page.getByRole('heading', { name: 'Hello, Grace' }).waitFor()
  assert.equal(await suggestion.count(), 0)

  await page.evaluate(() => localStorage.clear())
  await enter()
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await add(page, grace.password)
  await page.getByText(/^Passkey added/).waitFor()
  await page.goto('/')
  await page.getByRole('heading', { name: 'Hello, Grace' }).waitFor()
  assert.equal(await suggestion.count(), 0)
  await page.context().close()
})

test('who signs up for a passkey confirms the address, adds it, and needs nothing else', async () => {
  const { page } = await visitWithDevice()
  await page.goto('/sign-up')
  await page.getByRole('button', { name: 'With a passkey, without a password' }).click()
  await assertForEverybody(page)
  await page.getByLabel('E-mail address').fill('hedy@example.org')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()
  await page.goto(linkIn((await stage.server.smtp.waitForMail('hedy@example.org')).text))
  await page.getByRole('button', { name: 'Yes, this is my account' }).click()
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText(/^Your device will ask/).waitFor()
  await page.getByRole('button', { name: 'Go on' }).press('Enter')
  await page.getByText(/^Passkey added/).waitFor()
  await page.getByText('You have none, and sign in without.').waitFor()
  await signInPage(page)
  await page.getByRole('button', { name: BUTTON }).click()
  await isIn(page)
  await page.context().close()
})

test('where there can be none, the page says why: another address, a plain one, an old browser', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByRole('button', { name: 'Add a passkey' }).waitFor()
  const say = async (publicUrl: string, words: RegExp): Promise<void> => {
    await page.route('**/api/start', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), publicUrl } })
    })
    await page.reload()
    await page.getByText(words).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0)
    await page.unroute('**/api/start')
  }
  await say('https://id.example.org', /^Passkeys belong to the proper address/)
  await page.getByRole('link', { name: 'https://id.example.org' }).waitFor()
  await assertForEverybody(page)
  await say('http://192.0.2.7:3000', /^Passkeys need an address with a host name and https/)
  await say('https://192.0.2.7', /^Passkeys need an address with a host name and https/)
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'))
  await page.reload()
  await page.getByText('This browser knows no passkeys. A newer one does.').waitFor()
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  assert.equal(await page.getByRole('button', { name: BUTTON }).count(), 0)
  await page.context().close()
})

/** The secret as an app reads it: base32, four letters at a time. */
function keyOf(shown: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...shown.replaceAll(' ', '')].map((char) =>
    alphabet.indexOf(char).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
