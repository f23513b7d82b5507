/** The console's place: what a salon tells of itself. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ADA, openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

async function atPlace(): Promise<Page> {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/admin/place?realm=salon')
  await page.getByLabel('Monday: opens at').waitFor()
  return page
}

async function savedPlace() {
  const visitor = stage.server.visitor()
  await visitor.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
  return (await visitor.get('/api/admin/place?realm=salon')).body.place
}

const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click()

test('only realms that have a place show it', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/admin/accounts?realm=main')
  await page.getByRole('link', { name: 'Invitations' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Place' }).count(), 0)
  await page.getByLabel('Realm').selectOption('salon')
  await page.getByRole('link', { name: 'Place' }).click()
  await page.getByLabel('Monday: opens at').waitFor()
  await page.goto('/admin/place?realm=main')
  await page.getByText('This realm has no place').waitFor()
  await page.context().close()
})

test('name, contact and hours are saved; a wrong hour is refused in its row', async () => {
  const page = await atPlace()
  await page.getByLabel('Name').fill('Salon Lovelace')
  await page.getByLabel('Phone (optional)').fill('+43 1 234567')
  await page.getByLabel('Wednesday: opens at').fill('19:00')
  await page.getByLabel('Saturday: closed').uncheck()
  await save(page)
  await page.getByText('Opening comes before closing.').waitFor()
  const wednesday = page.getByLabel('Wednesday: opens at')
  assert.equal(await wednesday.getAttribute('aria-invalid'), 'true')
  assert.equal(await wednesday.evaluate((field) => field === document.activeElement), true)
  assert.equal(await page.getByLabel('Name').inputValue(), 'Salon Lovelace')
  await wednesday.fill('10:30')
  assert.equal(await page.getByText('Opening comes before closing.').count(), 0)

  await save(page)
  await page.getByText('Enter both times, or mark the day as closed.').waitFor()
  await page.getByLabel('Saturday: opens at').fill('10:00')
  await page.getByLabel('Saturday: closes at').fill('14:00')
  await save(page)
  await page.getByText('Place saved').waitFor()
  const { name, phone, email, openingHours } = await savedPlace()
  assert.deepEqual([name, phone, email], ['Salon Lovelace', '+43 1 234567', null])
  const day = (dayOfWeek: number) =>
    openingHours.find((hours: { dayOfWeek: number }) => hours.dayOfWeek === dayOfWeek)
  assert.deepEqual(day(3), { dayOfWeek: 3, openTime: '10:30', closeTime: '18:00', isClosed: false })
  assert.deepEqual(day(6), { dayOfWeek: 6, openTime: '10:00', closeTime: '14:00', isClosed: false })
  assert.deepEqual(day(0), { dayOfWeek: 0, openTime: null, closeTime: null, isClosed: true })
  await page.context().close()
})

test('the hours of Monday are copied to all weekdays, and what was saved can be taken back', async () => {
  const page = await atPlace()
  await page.getByLabel('Name').fill('Salon Before')
  await save(page)
  await page.getByText('Place saved').waitFor()
  await page.reload()
  await page.getByLabel('Monday: opens at').fill('08:15')
  await page.getByLabel('Tuesday: closed').check()
  await page.getByRole('button', { name: 'Copy to all weekdays' }).click()
  assert.equal(await page.getByLabel('Tuesday: opens at').inputValue(), '08:15')
  assert.equal(await page.getByLabel('Friday: opens at').inputValue(), '08:15')
  await page.getByLabel('Name').fill('Salon After')
  await save(page)
  await page.getByText('Place saved').waitFor()
  assert.equal((await savedPlace()).name, 'Salon After')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Back as it was').waitFor()
  assert.equal((await savedPlace()).name, 'Salon Before')
  assert.equal(await page.getByLabel('Name').inputValue(), 'Salon Before')
  assert.equal(await page.getByLabel('Friday: opens at').inputValue(), '09:00')
  await page.context().close()
})

test('a name is needed', async () => {
  const page = await atPlace()
  await page.getByLabel('Name').fill('  ')
  await save(page)
  await page.getByText('This is needed.').waitFor()
  await page.context().close()
})
