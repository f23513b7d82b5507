/** The pages around one's account that have come since, found by their fields and not by their words. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { TestServer } from '../../support/latchkey.ts'
import { addPasskey } from '../../support/passkeys.ts'
import { ADA, once, type Stage, type Visit } from './stage.ts'

export const accountPageNames = [
  'set-up of a place',
  'set-up of a place, wrong hours',
  'own password',
  'account, passkeys',
  'invitations',
  'API tokens',
  'API tokens, a new one and one to revoke',
] as const
export type AccountPageName = (typeof accountPageNames)[number]

export function accountPages(
  stage: Stage,
  fresh: () => Promise<Stage>,
): Record<AccountPageName, (visit?: Visit) => Promise<Page>> {
  const hired = once(() => hire(stage.server, 'Linus'))
  const token = once(async () => {
    const owner = stage.server.visitor()
    await owner.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
    const scopes = ['account:write', 'admin:read']
    const made = await owner.post('/api/account/tokens', { name: 'Linus', scopes, password: ADA.password })
    assert.equal(made.status, 201)
  })

  const passkeys = once(async () => {
    const owner = stage.server.visitor()
    await owner.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
    for (const isSynced of [true, false]) {
      const adding = { name: 'Linus', password: ADA.password, lies: { isSynced } }
      const { answer } = await addPasskey(owner, stage.server.url, adding)
      assert.equal(answer.status, 201)
    }
  })

  async function openHere(path: string, visit?: Visit): Promise<Page> {
    const page = await stage.visit(visit)
    await page.goto(path)
    await page.locator('h1').waitFor()
    return page
  }
  const next = (page: Page) => page.locator('main button[type=submit]').click()

  async function setUpPlace(visit?: Visit): Promise<Page> {
    const page = await (await fresh()).visit(visit)
    await page.goto('/realms/salon')
    await page.locator('[name=name]').fill(ADA.name)
    await page.locator('[name=email]').fill(ADA.email)
    await page.locator('[name=password]').fill(ADA.password)
    await next(page)
    await page.locator('[name=placeName]:focus').fill('Salon')
    return page
  }

  return {
    'set-up of a place': setUpPlace,
    async 'set-up of a place, wrong hours'(visit) {
      const page = await setUpPlace(visit)
      await next(page)
      await page.locator('[data-field=closeTime]').nth(2).fill('07:00')
      await next(page)
      await page.locator('[data-field][aria-invalid=true]').waitFor()
      return page
    },
    async 'own password'(visit) {
      const { email, temporary } = await hired()
      const page = await openHere('/realms/salon/sign-in', visit)
      const signIn = { identifier: email, password: temporary }
      assert.equal(
        (await page.request.post('/api/realms/salon/sign-in/password', { data: signIn })).status(),
        200,
      )
      await page.goto('/realms/salon/account')
      await page.locator('[name=currentPassword]').waitFor()
      await page.locator('[name=newPassword]').fill('password')
      await page.locator('[aria-live]:not(:empty)').waitFor()
      return page
    },
    async 'account, passkeys'(visit) {
      await passkeys()
      const page = await openHere('/account', { ...visit, signedIn: true })
      const links = page.locator('#passkeys li .link')
      await links.nth(3).waitFor()
      await links.last().click()
      await page.locator('#passkeys [name=password]').fill('not the password')
      await page.locator('#passkeys [name=password]').press('Enter')
      await page.locator('[aria-invalid=true]').waitFor()
      await links.first().click()
      await page.locator('[name=passkeyName]').waitFor()
      return page
    },
    async invitations(visit) {
      const page = await openHere('/account/invitations', { ...visit, signedIn: true })
      await page.locator('main svg[role=img]').waitFor()
      return page
    },
    async 'API tokens'(visit) {
      await token()
      const page = await openHere('/account/tokens', { ...visit, signedIn: true })
      await page.locator('main li').first().waitFor()
      await page.locator('main section .link').first().click()
      await page.locator('[name=name]').press('Enter')
      await page.locator('[aria-invalid=true]').first().waitFor()
      return page
    },
    async 'API tokens, a new one and one to revoke'(visit) {
      await token()
      const page = await openHere('/account/tokens', { ...visit, signedIn: true })
      await page.locator('main li').first().waitFor()
      await page.locator('main section .link').first().click()
      await page.locator('[name=name]').fill('Linus')
      await page.locator('[name=password]').fill(ADA.password)
      await next(page)
      await page.locator('main input[readonly]:visible').waitFor()
      await page.locator('main li .link').last().click()
      await page.locator('[name=typedName]').fill('nobody')
      await page.locator('[name=typedName]').press('Enter')
      await page.locator('[aria-invalid=true]').waitFor()
      return page
    },
  }
}

/** Makes an account in the salon's realm, and reads in its mail what its owner signs in with. */
export async function hire(
  server: TestServer,
  name: string,
): Promise<{ email: string; temporary: string; signInPage: string }> {
  const admin = server.visitor()
  await admin.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
  const email = `${name.toLowerCase()}.staff@example.org`
  const made = await admin.post('/api/admin/accounts', { email, name, role: 'staff', realm: 'salon' })
  assert.equal(made.status, 201)
  const { text } = await server.smtp.waitForMail(email)
  const signInPage = /https?:\S+\/realms\/salon\/sign-in/.exec(text)?.[0]
  const temporary = /^\s*([A-Za-z2-9]{12})\s*$/m.exec(text)?.[1]
  assert.ok(signInPage && temporary, text)
  return { email, temporary, signInPage }
}
