/** The log as it grows: new entries by themselves, filters, standing still, and what is older. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertForEverybody } from './support/accessible.ts'
import { ADA, openStage, type Stage, signUpByApi } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
  await signUpByApi(stage.server, { name: 'Linus Test', email: 'linus@example.org', password: ADA.password })
})
after(() => stage.close())

async function atLog(search = ''): Promise<Page> {
  const page = await stage.visit({ signedIn: true })
  await page.goto(`/admin/activity${search}`)
  await page.getByText('Live', { exact: true }).waitFor()
  await rows(page).first().waitFor()
  return page
}

const rows = (page: Page) => page.locator('tbody tr')
const first = (page: Page, text: string) => rows(page).first().filter({ hasText: text })
const wrongly = () =>
  stage.server.visitor().post('/api/sign-in/password', { identifier: 'linus@example.org', password: 'wrong' })
const rightly = () =>
  stage.server
    .visitor()
    .post('/api/sign-in/password', { identifier: 'linus@example.org', password: ADA.password })

test('what happens shows as it happens, in words, with whom, where and when', async () => {
  const page = await atLog()
  await wrongly()
  await first(page, 'Failed to sign in with a password').waitFor()
  const text = await rows(page).first().textContent()
  for (const part of ['Linus Test', 'latchkey · 127.0.0.1', 'just now'])
    assert.ok(text?.includes(part), text ?? '')
  const title = await rows(page).first().locator('time').getAttribute('title')
  assert.match(title ?? '', /\d{4} at \d+:\d\d/)
  await rightly()
  await first(page, 'Signed in').waitFor()
  await page.context().close()
})

test('standing still it counts what is new, and shows it when it follows again', async () => {
  const page = await atLog()
  const count = await rows(page).count()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused').waitFor()
  await wrongly()
  await page.getByRole('button', { name: '1 new entry' }).waitFor()
  await rightly()
  await page.getByRole('button', { name: '2 new entries' }).waitFor()
  assert.equal(await rows(page).count(), count)
  await page.getByRole('button', { name: '2 new entries' }).click()
  await first(page, 'Signed in').waitFor()
  assert.equal(await rows(page).count(), count + 2)
  await page.context().close()
})

test('it is filtered by what happened, by person, app and address; the address of the page keeps it', async () => {
  const page = await atLog()
  await wrongly()
  await page.getByLabel('What happened').selectOption({ label: 'Failed to sign in' })
  await first(page, 'Failed to sign in').waitFor()
  assert.equal(await rows(page).filter({ hasNotText: 'Failed to sign in' }).count(), 0)
  const before = await rows(page).count()
  await rightly()
  await wrongly()
  await rows(page).nth(before).waitFor()
  assert.equal(await rows(page).count(), before + 1, 'of what comes by itself the rest is left out, too')
  await page.reload()
  await first(page, 'Failed to sign in').waitFor()
  await page.getByLabel('What happened').selectOption({ label: 'Everything' })
  await rows(page).getByRole('link', { name: 'Linus Test' }).first().click()
  await page.getByText('Only about Linus Test').waitFor()
  assert.equal(await rows(page).filter({ hasNotText: 'Linus Test' }).count(), 0)
  await page.getByRole('link', { name: 'Open the account' }).click()
  await page.getByRole('dialog', { name: 'Linus Test' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Everybody again' }).click()
  await rows(page).filter({ hasText: 'Set up for the first time' }).first().waitFor()
  await page.getByLabel('App', { exact: true }).selectOption('latchkey')
  await page.getByLabel('Address begins with').fill('203.0.113.')
  await page.getByText('No entry is like that').waitFor()
  await page.getByLabel('Address begins with').fill('127.0.')
  await rows(page).first().waitFor()
  await page.context().close()
})

test('what is older comes as one goes down, once each', async () => {
  const visitor = stage.server.visitor()
  await visitor.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
  for (let i = 0; i < 130; i++) await visitor.patch('/api/account', { name: i % 2 ? ADA.name : 'Ada King' })
  const page = await atLog()
  await page.keyboard.press('End')
  await page.getByRole('button', { name: 'Older entries' }).or(rows(page).nth(140)).first().waitFor()
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await rows(page).filter({ hasText: 'Set up for the first time' }).first().waitFor()
  const times = await rows(page)
    .locator('time')
    .evaluateAll((all) => all.map((it) => it.getAttribute('datetime')))
  assert.ok(times.length > 130)
  assert.deepEqual(times, times.toSorted().reverse())
  await page.context().close()
})

test('a connection that breaks is told, and what was missed comes with the next one', async () => {
  const page = await atLog()
  await page.route('**/admin/activity/stream*', (route) => route.abort())
  await page.reload()
  await page.getByText('No connection; trying again').waitFor()
  await wrongly()
  await page.unroute('**/admin/activity/stream*')
  await page.getByText('Live', { exact: true }).waitFor()
  await first(page, 'Failed to sign in').waitFor()
  await page.context().close()
})

test('arrows go through the entries, and it is for everybody', async () => {
  const page = await atLog()
  await rows(page).getByRole('link').first().focus()
  await page.keyboard.press('ArrowDown')
  assert.equal(
    await page.evaluate(() => document.activeElement?.closest('tr')?.rowIndex),
    await page.evaluate(() => document.querySelectorAll('tbody a')[1]?.closest('tr')?.rowIndex),
  )
  await assertForEverybody(page)
  await page.context().close()
})
