/** Every page of the web app in every state of its own, for what must be true of all of them. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { accountPageNames, accountPages } from './account-pages.ts'
import { adminPageNames, adminPages } from './admin-pages.ts'
import { ADA, linkIn, once, openStage, type Stage, type Visit } from './stage.ts'

export const pageNames = [
  'set-up',
  'start, signed out',
  'start, signed in',
  'account',
  'account, changing everything',
  'sign-in',
  'sign-in, wrong password',
  'sign-in, code',
  'back from a provider, for nothing',
  'sign-up',
  'sign-up, mail sent',
  'forgotten password',
  'forgotten password, mail sent',
  'new password',
  'new password, dead link',
  'confirmation',
  'confirmation, change of address',
  'confirmation, dead link',
  ...accountPageNames,
  ...adminPageNames,
  'not found',
  'server away',
] as const
export type PageName = (typeof pageNames)[number]

export interface EveryPage {
  open(name: PageName, visit?: Visit): Promise<Page>
  close(): Promise<void>
}

/** The pages speak the language of the visit, so they are found by their fields and not by their words. */
export function everyPage(stage: Stage): EveryPage {
  const { server } = stage
  const fresh = once(() => openStage({ setUp: false }))
  let isFreshOpen = false
  const openFresh = () => {
    isFreshOpen = true
    return fresh()
  }
  const mailed = {
    registration: once(async () => {
      await server.visitor().post('/api/accounts', { ...ADA, email: 'linus@example.org' })
      return linkIn((await server.smtp.waitForMail('linus@example.org')).text)
    }),
    recovery: once(async () => {
      await server.visitor().post('/api/recovery', { email: ADA.email })
      return linkIn((await server.smtp.waitForMail(ADA.email)).text)
    }),
    emailChange: once(async () => {
      const owner = server.visitor()
      await owner.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
      const asked = await owner.post('/api/account/email', {
        newEmail: 'ada@example.net',
        password: ADA.password,
      })
      assert.equal(asked.status, 200)
      return linkIn((await server.smtp.waitForMail('ada@example.net')).text)
    }),
  }

  async function go(path: string, visit?: Visit): Promise<Page> {
    const page = await stage.visit(visit)
    await page.goto(path)
    await page.locator('h1').waitFor()
    return page
  }
  async function send(page: Page, fields: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value)
    await page.locator('button[type=submit]').click()
  }
  async function passwordStep(visit?: Visit): Promise<Page> {
    const page = await go('/sign-in', visit)
    await send(page, { identifier: 'nobody@example.org' })
    await page.locator('[name=password]:focus').waitFor()
    return page
  }
  async function account(visit: Visit = {}): Promise<Page> {
    const page = await go('/account', { ...visit, signedIn: true })
    await page.locator('main li').first().waitFor()
    return page
  }

  const pages: Record<PageName, (visit?: Visit) => Promise<Page>> = {
    async 'set-up'(visit) {
      const other = await openFresh()
      const page = await other.visit(visit)
      await page.goto('/')
      await page.locator('[name=password]').fill(ADA.password)
      await page.locator('[aria-live]:not(:empty)').waitFor()
      return page
    },
    'start, signed out': (visit) => go('/', visit),
    'start, signed in': (visit) => go('/', { ...visit, signedIn: true }),
    account,
    async 'account, changing everything'(visit) {
      const page = await account(visit)
      for (const section of [1, 2]) await page.locator('section').nth(section).locator('.link').click()
      await page.locator('[name=currentPassword]').fill('not the password')
      await page.locator('[name=newPassword]').fill('password')
      await page.locator('[name=newPassword]').press('Enter')
      await page.locator('[aria-invalid=true]').waitFor()
      return page
    },
    'sign-in': (visit) => go('/sign-in?next=/account', visit),
    async 'sign-in, wrong password'(visit) {
      const page = await passwordStep(visit)
      await send(page, { password: 'not the password' })
      await page.locator('[aria-invalid=true]').waitFor()
      return page
    },
    async 'sign-in, code'(visit) {
      const page = await passwordStep(visit)
      await page.locator('main .link').last().click()
      await page.locator('[name=code]').waitFor()
      return page
    },
    'sign-up': (visit) => go('/sign-up', visit),
    async 'sign-up, mail sent'(visit) {
      const page = await go('/sign-up', visit)
      await send(page, { name: 'Linus', email: 'linus@example.org', password: ADA.password })
      await page.locator('[name=email]').waitFor({ state: 'detached' })
      return page
    },
    'forgotten password': (visit) => go('/forgot-password', visit),
    async 'forgotten password, mail sent'(visit) {
      const page = await go('/forgot-password', visit)
      await send(page, { email: 'nobody@example.org' })
      await page.locator('[name=email]').waitFor({ state: 'detached' })
      return page
    },
    'new password': async (visit) => go(await mailed.recovery(), visit),
    'new password, dead link': (visit) => go('/reset-password', visit),
    confirmation: async (visit) => go(await mailed.registration(), visit),
    'confirmation, change of address': async (visit) => go(await mailed.emailChange(), visit),
    'confirmation, dead link': (visit) => go('/confirm-email#dead', visit),
    ...accountPages(stage, openFresh),
    ...adminPages(stage),
    'back from a provider, for nothing': (visit) => go('/sign-in/with/google', visit),
    'not found': (visit) => go('/nowhere', visit),
    async 'server away'(visit) {
      const page = await stage.visit(visit)
      await page.route('**/api/**', (route) => route.abort())
      await page.goto('/')
      await page.locator('h1').waitFor()
      return page
    },
  }
  return {
    open: (name, visit) => pages[name](visit),
    async close() {
      if (isFreshOpen) await (await fresh()).close()
    },
  }
}
