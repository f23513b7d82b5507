/** An invitation: handed out by who has an account, opened by who has none. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { de } from '../../web/texts/de.ts'
import { assertForEverybody } from './support/accessible.ts'
import { ADA, linkIn, openStage, type Stage } from './support/stage.ts'

const YAML = `
apps:
  - { contract: starter, realm: club, prefix: /club }
realms:
  main: { signUp: invitation }
  club: { title: Chess Club, signUp: open }
`

let stage: Stage
before(async () => {
  stage = await openStage({ yaml: YAML })
})
after(() => stage.close())

const JUDIT = { name: 'Judit', email: 'judit@example.org', password: 'polgar plays e4 first' }

test('a link is handed out, opened in another browser, signed up with, and its owner sees who came', async () => {
  const ada = await stage.visit({ signedIn: true, permissions: ['clipboard-read', 'clipboard-write'] })
  await ada.goto('/account')
  await ada.getByRole('link', { name: 'Show my invitation' }).click()
  await ada.getByRole('heading', { name: 'Invite people' }).waitFor()
  await ada.getByText('Nobody yet').waitFor()
  await ada.getByText(/^Good for 100 more people, until \w+ \d+, \d{4}\.$/).waitFor()
  const code = ada.getByRole('img', { name: 'QR code of your invitation link' })
  assert.ok(((await code.locator('path').last().getAttribute('d')) ?? '').length > 1000)
  await assertForEverybody(ada)
  await ada.getByRole('button', { name: 'Copy link' }).click()
  await ada.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await ada.evaluate(() => navigator.clipboard.readText())
  assert.match(link, /\/sign-up#[1-9A-HJ-NP-Za-km-z]{10}$/)
  assert.equal(await ada.getByLabel('Link', { exact: true }).inputValue(), link)

  const judit = await stage.visit()
  await judit.goto('/sign-up')
  await judit.getByText('Open the link in your invitation to make your account.').waitFor()
  await judit.goto(link)
  await judit.getByText('You are invited to Latchkey.').waitFor()
  assert.equal(new URL(judit.url()).hash, '')
  assert.equal(await judit.getByRole('button', { name: 'by e-mail code' }).count(), 0)
  // It waits in the tab until it is used.
  await judit.reload()
  await signUp(judit, JUDIT)
  await judit.getByRole('heading', { name: 'Look in your mail' }).waitFor()
  await judit.goto(linkIn((await stage.server.smtp.waitForMail(JUDIT.email)).text))
  await judit.getByRole('button', { name: 'Yes, this is my account' }).click()
  await judit.getByText('judit@example.org is yours, and you are signed in.').waitFor()

  await ada.reload()
  await ada.getByText('One person so far').waitFor()
  await ada.getByText('Judit', { exact: true }).waitFor()
  await ada.getByText('Joined just now').waitFor()
  await ada.getByText('Good for 99 more people').waitFor()
  await assertForEverybody(ada)
  for (const page of [ada, judit]) await page.context().close()
})

test('an invitation that does not work says why, and what was typed stays for the next one', async () => {
  const page = await stage.visit()
  await page.goto('/sign-up#wrongtoken')
  await signUp(page, { ...JUDIT, email: 'sofia@example.org' })
  await page.getByText('This invitation is not right. Ask for the link again.').waitFor()
  assert.equal(await page.getByLabel('E-mail address').inputValue(), 'sofia@example.org')

  const admin = await inviter()
  const { token } = (await admin.post('/api/account/invitations')).body.invitation
  await page.goto(`/sign-up#${token}`)
  assert.equal(await page.getByLabel('E-mail address').inputValue(), 'sofia@example.org')
  stage.server.clock.advance(16 * 24 * 3_600_000)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('This invitation has ended. Ask for a new one.').waitFor()

  const fresh = (await (await inviter()).post('/api/account/invitations')).body.invitation.token
  assert.notEqual(fresh, token)
  await page.goto(`/sign-up#${fresh}`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()
  await page.context().close()
})

test('where sign-up is open, an invitation that does not work is in nobody’s way', async () => {
  const page = await stage.visit()
  await page.goto('/realms/club/sign-up#wrongtoken')
  await page.getByText('You are invited to Chess Club.').waitFor()
  await signUp(page, JUDIT)
  await page.getByText('This invitation is not right.').waitFor()
  await page.getByText('New accounts are open here').waitFor()
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()
  await page.context().close()
})

test('a place that nobody may join has no invitations to show', async () => {
  const closed = await openStage({ yaml: 'realms: { main: { signUp: closed } }' })
  const page = await closed.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByRole('link', { name: 'Show my API tokens' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Show my invitation' }).count(), 0)
  await page.goto('/account/invitations')
  await page.getByText('New accounts are not open here.').waitFor()
  await closed.close()
})

test('who reads German invites in German', async () => {
  const page = await stage.visit({ signedIn: true, locale: 'de-DE' })
  await page.goto('/account/invitations')
  await page.getByRole('heading', { name: de['invite.title'] }).waitFor()
  await page.getByText(/^Gilt noch für \d+ Menschen, bis \d+\. \w+ \d{4}\.$/).waitFor()
  await page.context().close()
})

/** Ada, whose session of the beginning may have ended by now. */
async function inviter() {
  const visitor = stage.server.visitor()
  await visitor.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
  return visitor
}

async function signUp(page: Page, { name, email, password }: typeof JUDIT): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
}
