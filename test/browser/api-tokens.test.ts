/** Tokens for programs: made, shown once, used, revoked. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertForEverybody } from './support/accessible.ts'
import { ADA, openStage, type Stage, signInByApi, signUpByApi } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const call = (token: string, path: string, method = 'GET') =>
  fetch(`${stage.server.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })

test('a token is made, shown once, good for what it may do, and stops when it is revoked', async () => {
  const page = await stage.visit({ signedIn: true, permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto('/account')
  await page.getByRole('link', { name: 'Show my API tokens' }).click()
  await page.getByText('No program acts in your name.').waitFor()
  await page.getByRole('button', { name: 'Make a token' }).click()
  await assertForEverybody(page)
  await page.getByRole('checkbox', { name: 'Read your account' }).uncheck()
  await page.getByRole('button', { name: 'Make the token' }).click()
  assert.equal(await page.getByText('This is needed.').count(), 3)
  await page.getByLabel('What it is for').fill('Backup at home')
  await page.getByRole('checkbox', { name: 'Read and administer' }).check()
  assert.equal(await page.getByRole('checkbox', { name: 'Read the administration' }).isChecked(), true)
  await page.getByRole('checkbox', { name: 'Read and administer' }).uncheck()
  await page.getByRole('checkbox', { name: 'Read your account' }).check()
  await page.getByRole('checkbox', { name: 'Read the administration' }).check()
  await page.getByLabel('How long it lasts').selectOption('30 days')
  await page.getByLabel('Current password').fill('not the password')
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.getByText('That is not your current password.').waitFor()
  await page.getByLabel('Current password').fill(ADA.password)
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.getByText('Copy it now: it will not be shown again.').waitFor()
  await assertForEverybody(page)
  await page.getByRole('button', { name: 'Copy token' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const token = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(token, /^latchkey_pat_/)

  await page.getByText('Never used').waitFor()
  await page.getByText('Ends in 4 weeks').waitFor()
  assert.equal((await call(token, '/api/account')).status, 200)
  assert.equal((await call(token, '/api/admin/realms')).status, 200)
  assert.equal((await call(token, '/api/account/sessions', 'DELETE')).status, 403)
  await page.getByRole('button', { name: 'I have put it away' }).click()
  await page.reload()
  await page.getByText('Used just now').waitFor()
  assert.equal(await page.getByText(token).count(), 0)
  await page.getByText('Read your account · Read the administration').waitFor()

  await page.getByRole('button', { name: 'Revoke Backup at home' }).click()
  await page.keyboard.type('Backup')
  await page.keyboard.press('Enter')
  await page.getByText('That is not its name.').waitFor()
  await assertForEverybody(page)
  await page.getByLabel('Type “Backup at home” to revoke it').fill('Backup at home')
  await page.getByRole('button', { name: 'Revoke token' }).click()
  await page.getByText('Revoked: Backup at home').waitFor()
  await page.getByText('No program acts in your name.').waitFor()
  assert.equal((await call(token, '/api/account')).status, 401)
  await page.context().close()
})

test('who is no admin is offered no administration, and a token may last for ever', async () => {
  const email = 'joan@example.org'
  await signUpByApi(stage.server, { name: 'Joan', email, password: ADA.password })
  const page = await stage.visit()
  await page.context().addCookies(await signInByApi(stage.server, { email, password: ADA.password }))
  await page.goto('/account/tokens')
  await page.getByRole('button', { name: 'Make a token' }).click()
  assert.equal(await page.getByRole('checkbox').count(), 2)
  await page.getByLabel('What it is for').fill('Assembler')
  await page.getByRole('checkbox', { name: 'Read and change your account' }).check()
  await page.getByLabel('How long it lasts').selectOption('Until you revoke it')
  await page.getByLabel('Current password').fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByText('Your new token “Assembler”').waitFor()
  await page.getByText('Does not end by itself').waitFor()
  await page.context().close()
})

test('a form that is left gives the focus back, and nothing is made or revoked', async () => {
  const page: Page = await stage.visit({ signedIn: true })
  await page.goto('/account/tokens')
  const open = page.getByRole('button', { name: 'Make a token' })
  await open.click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await open.evaluate((button) => button === document.activeElement), true)
  await page.getByText('No program acts in your name.').waitFor()
  await page.context().close()
})
