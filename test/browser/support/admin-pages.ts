/** Every page of the console in every state of its own, found by its fields and not by its words. */
import type { Page } from 'playwright-core'
import { addCrowd, crowdOf } from './crowd.ts'
import { ADA, once, type Stage, signInByApi, signUpByApi, type Visit } from './stage.ts'

export const adminPageNames = [
  'administration, accounts',
  'administration, nobody found',
  'administration, an account',
  'administration, new account refused',
  'administration, invitations',
  'administration, nobody invited',
  'administration, mailbox',
  'administration, a mail that waits',
  'administration, no providers',
  'administration, activity',
  'administration, place',
  'administration, not allowed',
] as const
export type AdminPageName = (typeof adminPageNames)[number]

export function adminPages(stage: Stage): Record<AdminPageName, (visit?: Visit) => Promise<Page>> {
  const { server } = stage
  /** Everybody has an address of example.org, by which tests tell what is data. */
  const crowd = once(() => {
    const [first, ...others] = crowdOf(120)
    if (first === undefined) throw new Error('A crowd of nobody')
    return addCrowd(server, 'main', [
      first,
      ...others.map((person, at) => (at < 60 ? { ...person, invitedBy: first.email } : person)),
    ])
  })
  const stuckMail = once(async () => {
    server.smtp.refuse(true)
    await server.visitor().post('/api/sign-in/code', { email: 'stuck@example.org' })
    const admin = server.visitor()
    await admin.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
    for (;;) {
      const { mails } = (await admin.get('/api/admin/mails?state=waiting')).body
      if (mails.some(({ lastError }: { lastError: string | null }) => lastError !== null)) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    server.smtp.refuse(false)
  })
  const visitor = once(async () => {
    const person = { name: 'Linus', email: 'visitor@example.org', password: ADA.password }
    await signUpByApi(server, person)
    return signInByApi(server, person)
  })

  async function go(path: string, visit?: Visit): Promise<Page> {
    await crowd()
    const page = await stage.visit({ ...visit, signedIn: true })
    await page.goto(path)
    await page.locator('h1').waitFor({ state: 'attached' })
    return page
  }
  const firstRow = (page: Page) => page.locator('tbody a').first()

  return {
    async 'administration, accounts'(visit) {
      const page = await go('/admin/accounts?sort=created&page=2', visit)
      await firstRow(page).waitFor()
      return page
    },
    async 'administration, nobody found'(visit) {
      const page = await go('/admin/accounts?search=zzz', visit)
      await page.locator('main h2').waitFor()
      return page
    },
    async 'administration, an account'(visit) {
      const page = await go('/admin/accounts?sort=created', visit)
      await firstRow(page).click()
      await page.locator('dialog select').waitFor()
      return page
    },
    async 'administration, new account refused'(visit) {
      const page = await go('/admin/accounts', visit)
      await firstRow(page).waitFor()
      await page.locator('main header button').click()
      await page.locator('dialog [name=name]').fill('Linus')
      await page.locator('dialog [name=email]').fill(ADA.email)
      await page.locator('dialog [name=email]').press('Enter')
      await page.locator('dialog [aria-invalid=true]').waitFor()
      return page
    },
    async 'administration, invitations'(visit) {
      const page = await go('/admin/invitations', visit)
      await page.locator('main button[aria-expanded]').first().click()
      await page.locator('main li li').nth(49).waitFor()
      return page
    },
    async 'administration, nobody invited'(visit) {
      const page = await go('/admin/invitations?realm=salon', visit)
      await page.locator('main h2').waitFor()
      return page
    },
    async 'administration, mailbox'(visit) {
      await stuckMail()
      const page = await go('/admin/mailbox', visit)
      await firstRow(page).waitFor()
      return page
    },
    async 'administration, a mail that waits'(visit) {
      await stuckMail()
      const page = await go('/admin/mailbox', visit)
      await page.locator('tbody a').filter({ hasText: 'stuck@example.org' }).click()
      await page.locator('dialog dl').waitFor()
      return page
    },
    'administration, no providers': (visit) => go('/admin/providers', visit),
    async 'administration, activity'(visit) {
      const page = await go('/admin/activity', visit)
      await page.locator('tbody tr').first().waitFor()
      await page.locator('[data-state=live]').waitFor()
      return page
    },
    async 'administration, place'(visit) {
      const page = await go('/admin/place?realm=salon', visit)
      await page.locator('[name=name]').fill('Salon')
      await page.locator('input[type=time]').first().fill('23:00')
      await page.locator('button[type=submit]').click()
      await page.locator('[role=alert]').waitFor()
      return page
    },
    async 'administration, not allowed'(visit) {
      const page = await stage.visit(visit)
      await page.context().addCookies(await visitor())
      await page.goto('/admin/accounts')
      await page.locator('h1').waitFor()
      return page
    },
  }
}
