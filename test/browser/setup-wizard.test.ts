/** Set-up of a realm that belongs to a place: who runs it, what it is, and when it is open. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertForEverybody } from './support/accessible.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage({ setupCode: 'hedgehog', setUp: false })
})
after(() => stage.close())

const COCO = { name: 'Coco', email: 'coco@example.org', password: 'little black dress' }

test('three steps keep what was typed, say what is wrong where it is, and end signed in with the place kept', async () => {
  const page = await stage.visit()
  await page.goto('/realms/salon/account')
  await page.goto('/realms/salon')
  await heading(page, 'Set up Salon')
  await page.getByRole('button', { name: 'Continue' }).click()
  assert.equal(await page.getByText('This is needed.').count(), 4)
  await page.getByLabel('Set-up code').fill('badger')
  await page.getByLabel('Name', { exact: true }).fill(COCO.name)
  await page.getByLabel('E-mail address').first().fill('not an address')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Too short: it needs at least 8 characters.').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(COCO.password)
  await page.keyboard.press('Enter')

  await heading(page, 'The place')
  await focusIsOn(page, 'Name of the place')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('This is needed.').waitFor()
  await page.getByLabel('Name of the place').fill('Rue Cambon')
  await page.getByLabel('Phone (optional)').fill('+33 1 44 50 70 00')
  await page.getByLabel('Address (optional)', { exact: true }).fill('31 rue Cambon, Paris')

  await page.getByRole('button', { name: 'Back' }).click()
  await heading(page, 'Set up Salon')
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), COCO.name)
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), COCO.password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await heading(page, 'The place')
  assert.equal(await page.getByLabel('Name of the place').inputValue(), 'Rue Cambon')
  await page.getByRole('button', { name: 'Continue' }).click()

  await heading(page, 'When it is open')
  await page.goBack()
  await heading(page, 'The place')
  await page.goForward()
  await heading(page, 'When it is open')
  await page.getByLabel('Monday: opens at').fill('10:00')
  await page.getByLabel('Monday: closes at').fill('19:30')
  await page.getByRole('button', { name: 'Copy to all weekdays' }).click()
  assert.equal(await page.getByLabel('Friday: closes at').inputValue(), '19:30')
  await page.getByLabel('Wednesday: closes at').fill('09:00')

  // What the server knows better leads back to its step, and is focused there.
  await finish(page)
  await page.getByText('That is not the code.').waitFor()
  await focusIsOn(page, 'Set-up code')
  await page.getByLabel('Set-up code').fill('hedgehog')
  await throughTheSteps(page)
  await finish(page)
  await page.getByText('Opening comes before closing.').waitFor()
  await focusIsOn(page, 'Wednesday: opens at')
  await page.getByRole('checkbox', { name: 'Wednesday: closed' }).check()
  await page.getByText('Opening comes before closing.').waitFor({ state: 'detached' })
  await finish(page)
  await page.getByText('That is not an e-mail address.').waitFor()
  await heading(page, 'Set up Salon')
  await focusIsOn(page, 'E-mail address')
  await page.getByLabel('E-mail address').first().fill(COCO.email)
  await throughTheSteps(page)
  await finish(page)
  await heading(page, 'Hello, Coco')
  assert.equal(new URL(page.url()).pathname.replace(/\/$/, ''), '/realms/salon')

  const { place } = await (await page.request.get('/api/realms/salon/admin/place')).json()
  const { openingHours, ...contact } = place
  assert.deepEqual(contact, {
    name: 'Rue Cambon',
    email: null,
    phone: '+33 1 44 50 70 00',
    address: '31 rue Cambon, Paris',
  })
  const open = { openTime: '10:00', closeTime: '19:30', isClosed: false }
  const closed = { openTime: null, closeTime: null, isClosed: true }
  assert.deepEqual(
    openingHours.map(({ dayOfWeek: _, ...hours }: { dayOfWeek: number }) => hours),
    [open, open, closed, open, open, closed, closed],
  )
  assert.equal(openingHours[0].dayOfWeek, 1)

  const late = await stage.visit()
  await late.goto('/realms/salon/setup')
  await heading(late, 'Salon')
  for (const each of [page, late]) await each.context().close()
})

test('main has no place: its set-up asks who one is, and nothing else', async () => {
  const page = await stage.visit()
  await page.goto('/setup?step=hours')
  await heading(page, 'Set up this server')
  assert.equal(await page.getByRole('list', { name: 'Steps' }).count(), 0)
  await page.context().close()
})

test('every step is for everybody', async () => {
  const own = await openStage({ setUp: false })
  const page = await own.visit()
  await page.goto('/realms/salon')
  for (const title of ['Set up Salon', 'The place', 'When it is open']) {
    await heading(page, title)
    await assertForEverybody(page)
    if (title !== 'When it is open') await fillStep(page)
  }
  await own.close()
})

async function fillStep(page: Page): Promise<void> {
  if (await page.getByLabel('Password', { exact: true }).isVisible()) {
    await page.getByLabel('Name', { exact: true }).fill(COCO.name)
    await page.getByLabel('E-mail address').first().fill(COCO.email)
    await page.getByLabel('Password', { exact: true }).fill(COCO.password)
  } else await page.getByLabel('Name of the place').fill('Rue Cambon')
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function throughTheSteps(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
  await heading(page, 'The place')
  await page.getByRole('button', { name: 'Continue' }).click()
  await heading(page, 'When it is open')
}

const finish = (page: Page) => page.getByRole('button', { name: 'Create account and begin' }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

async function focusIsOn(page: Page, label: string): Promise<void> {
  await page.waitForFunction((name) => {
    const field = document.activeElement
    const isField = field instanceof HTMLInputElement
    return isField && (field.ariaLabel ?? field.labels?.[0]?.textContent)?.startsWith(name)
  }, label)
}
