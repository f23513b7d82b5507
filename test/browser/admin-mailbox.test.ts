/** The console's mailbox: what was captured can be read, what does not go out is seen and tried again. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { codeIn, openStage, type Stage } from './support/stage.ts'

let captured: Stage
let sending: Stage
before(async () => {
  captured = await openStage({ smtp: false })
  sending = await openStage()
})
after(async () => {
  await captured.close()
  await sending.close()
})

async function atMailbox(stage: Stage, search = ''): Promise<Page> {
  const page = await stage.visit({ signedIn: true })
  await page.goto(`/admin/mailbox${search}`)
  await page.getByRole('heading', { name: 'Mailbox' }).waitFor()
  return page
}

const rowOf = (page: Page, to: string) => page.locator('tbody tr').filter({ hasText: to })
const panel = (page: Page) => page.getByRole('dialog')

test('without a mail server every mail is here, and comes by itself while one looks on', async () => {
  const page = await atMailbox(captured)
  await page.getByText('Mail is not sent yet').waitFor()
  await captured.server.visitor().post('/api/sign-in/code', { email: 'vera@example.org' })
  await rowOf(page, 'vera@example.org').getByText('Kept here').waitFor()
  await rowOf(page, 'vera@example.org').getByRole('link').click()
  const code = await panel(page).locator('strong').textContent()
  const visitor = captured.server.visitor()
  const signIn = { email: 'vera@example.org', code: codeIn(code ?? '') }
  assert.equal((await visitor.post('/api/sign-in/code/verify', signIn)).status, 200)
  await panel(page).getByText('That you read this mail stands in the action log.').waitFor()
  await page.keyboard.press('Escape')
  await panel(page).waitFor({ state: 'detached' })
  await page.context().close()
})

test('the link of a captured mail is a link, and works', async () => {
  const person = { name: 'Wanda', email: 'wanda@example.org', password: 'a loom that weaves algebra' }
  await captured.server.visitor().post('/api/accounts', person)
  const page = await atMailbox(captured)
  await rowOf(page, person.email).getByRole('link').click()
  const link = panel(page).getByRole('link', { name: /confirm-email/ })
  const [opened] = await Promise.all([page.waitForEvent('popup'), link.click()])
  await opened.getByRole('heading', { name: 'Is this your account?' }).waitFor()
  await page.context().close()
})

test('arrows go through the mails', async () => {
  await captured.server.visitor().post('/api/sign-in/code', { email: 'xenia@example.org' })
  const page = await atMailbox(captured)
  await rowOf(page, 'xenia@example.org').getByRole('link').focus()
  await page.keyboard.press('ArrowDown')
  const second = await page.locator('tbody tr').nth(1).getByRole('link').textContent()
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), second)
  await page.keyboard.press('Enter')
  await panel(page)
    .getByText(second ?? '')
    .waitFor()
  await page.context().close()
})

test('a mail that the mail server does not take waits, says why, and goes out when it is tried again', async () => {
  const { smtp } = sending.server
  smtp.refuse(true)
  await sending.server.visitor().post('/api/sign-in/code', { email: 'yvonne@example.org' })
  const page = await atMailbox(sending)
  await page.getByRole('button', { name: 'Waiting' }).click()
  await rowOf(page, 'yvonne@example.org').getByRole('link').click()
  await panel(page).getByText('The mail server put it off for now.').waitFor()
  await panel(page).getByText('451').waitFor()
  assert.equal(new URL(page.url()).searchParams.get('state'), 'waiting')

  smtp.refuse(false)
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await panel(page).getByRole('button', { name: 'Try again now' }).click()
  await page.getByText('The mail is being tried again').waitFor()
  await smtp.waitForMail('yvonne@example.org')
  await rowOf(page, 'yvonne@example.org').getByText('Sent').waitFor()
  await panel(page).getByText('It went out through your mail server').waitFor()
  assert.equal(await panel(page).getByRole('button', { name: 'Try again now' }).count(), 0)
  await page.context().close()
})

test('filters keep one state, and say when there is nothing of it', async () => {
  const page = await atMailbox(sending, '?state=failed')
  await page.getByText('No such mail').waitFor()
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await page.locator('tbody tr').first().waitFor()
  await page.context().close()
})
