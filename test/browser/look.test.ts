/** Light and dark, desk and phone. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const isDark = (page: Page) =>
  page.evaluate(() => {
    const [red = 255] = (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(Number)
    return red < 64
  })
const darkness = (page: Page, dark: boolean) =>
  page.locator(`html[data-mantine-color-scheme=${dark ? 'dark' : 'light'}]`).waitFor()

test('the pages follow the system, also while they are open, until a theme is chosen', async () => {
  const page = await stage.visit({ colorScheme: 'dark' })
  await page.goto('/sign-in')
  await darkness(page, true)
  assert.equal(await isDark(page), true)
  await page.emulateMedia({ colorScheme: 'light' })
  await darkness(page, false)
  assert.equal(await isDark(page), false)

  await page.getByRole('button', { name: 'Switch to dark' }).click()
  await darkness(page, true)
  assert.equal(await isDark(page), true)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.emulateMedia({ colorScheme: 'light' })
  assert.equal(await isDark(page), true)
  await page.context().close()
})

test('a chosen theme is there before anything is painted, on every later visit', async () => {
  const page = await stage.visit({ colorScheme: 'light' })
  await page.goto('/')
  await page.getByRole('button', { name: 'Switch to dark' }).click()
  await darkness(page, true)
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.goto('/sign-in', { waitUntil: 'domcontentloaded' })
  await darkness(page, true)
  await page.context().close()
})

test('the account page chooses light, dark, or as the system', async () => {
  const page = await stage.visit({ colorScheme: 'light', signedIn: true })
  await page.goto('/account')
  await page.getByText('Dark', { exact: true }).click()
  await darkness(page, true)
  await page.getByText('As the system', { exact: true }).click()
  await darkness(page, false)
  await page.reload()
  await page.getByRole('radio', { name: 'As the system', checked: true }).waitFor({ state: 'attached' })
  await darkness(page, false)
  await page.context().close()
})

test('with reduced motion nothing moves', async () => {
  const page = await stage.visit({ reducedMotion: 'reduce' })
  await page.goto('/sign-in')
  const button = page.getByRole('button', { name: 'Continue' })
  await button.waitFor()
  assert.equal(await button.evaluate((it) => getComputedStyle(it).transitionDuration), '0s')
  await page.context().close()
})

test('on a desk the rail stands at the side, on a phone the same is a bar at the bottom', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  const rail = page.getByRole('navigation')
  await rail.waitFor()
  const desk = await boxOf(page, 'nav')
  assert.ok(desk.x === 0 && desk.width < 300 && desk.height === 800)

  await page.setViewportSize({ width: 390, height: 844 })
  const phone = await boxOf(page, 'nav')
  assert.ok(phone.x === 0 && phone.width === 390 && phone.y + phone.height === 844 && phone.height < 80)
  await page.getByRole('button', { name: 'Sign out', exact: true }).scrollIntoViewIfNeeded()
  await rail.getByRole('link', { name: 'Start' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.context().close()
})

test('the bar at the bottom of a phone hides nothing at the end of a page', async () => {
  const page = await stage.visit({ signedIn: true, viewport: { width: 390, height: 844 } })
  await page.goto('/account')
  await page.getByText('This device', { exact: true }).waitFor()
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  const last = await boxOf(page, 'main section:last-child')
  const bar = await boxOf(page, 'nav')
  assert.ok(last.y + last.height <= bar.y)
  await page.context().close()
})

test('a toast on a phone lies above the bar, not on it', async () => {
  const page = await stage.visit({ signedIn: true, viewport: { width: 390, height: 844 } })
  await page.goto('/account')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Profile saved').waitFor()
  const toast = await boxOf(page, '.mantine-Notification-root')
  const bar = await boxOf(page, 'nav')
  assert.ok(toast.y + toast.height <= bar.y)
  await page.context().close()
})

test('at 400 % zoom no bar covers the field that is typed in', async () => {
  const page = await stage.visit({ signedIn: true, viewport: { width: 320, height: 256 } })
  await page.goto('/account')
  await page.getByLabel('Username').focus()
  const isOnTop = await page.getByLabel('Username').evaluate((field) => {
    const { x, y, width, height } = field.getBoundingClientRect()
    return field === document.elementFromPoint(x + width / 2, y + height / 2)
  })
  assert.ok(isOnTop)
  await page.context().close()
})

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox()
  assert.ok(box)
  return box
}
