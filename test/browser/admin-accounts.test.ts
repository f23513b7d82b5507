/** The console's accounts: found, read, changed, and made. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { addCrowd, addThousands, crowdOf } from './support/crowd.ts'
import { ADA, openStage, type Stage, signInByApi, signUpByApi, type Visit } from './support/stage.ts'

const CROWD = 240
const PASSWORD = 'a loom that weaves algebra'

let stage: Stage
before(async () => {
  stage = await openStage()
  await addCrowd(stage.server, 'main', crowdOf(CROWD))
})
after(() => stage.close())

async function atAccounts(search = '', visit: Visit = {}): Promise<Page> {
  const page = await stage.visit({ ...visit, signedIn: true })
  await page.goto(`/admin/accounts${search}`)
  await rows(page).first().waitFor()
  return page
}

const rows = (page: Page) => page.locator('tbody tr')
const rowOf = (page: Page, name: string) =>
  rows(page).filter({ has: page.getByRole('link', { name, exact: true }) })
const count = (page: Page, words: string) => page.getByText(words, { exact: true }).waitFor()
const panel = (page: Page) => page.getByRole('dialog')

/** Somebody of one test alone, with a password. @returns a signed-in visitor. */
async function someone(name: string) {
  const email = `${name.toLowerCase()}@test.example`
  await signUpByApi(stage.server, { name, email, password: PASSWORD })
  const visitor = stage.server.visitor()
  await visitor.post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  return visitor
}

test('signed out, the console asks to sign in and goes on from there', async () => {
  const page = await stage.visit()
  await page.goto('/admin/accounts?search=noether')
  await page.getByLabel('E-mail address or username').fill(ADA.email)
  await page.keyboard.press('Enter')
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Accounts' }).waitFor()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'noether')
  await page.context().close()
})

test('who is no administrator is told so in plain words, and finds no way there', async () => {
  await signUpByApi(stage.server, { name: 'Nora', email: 'nora@test.example', password: PASSWORD })
  const page = await stage.visit()
  await page
    .context()
    .addCookies(await signInByApi(stage.server, { email: 'nora@test.example', password: PASSWORD }))
  for (const path of ['/admin', '/admin/accounts', '/admin/mailbox']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'Only for administrators' }).waitFor()
  }
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await page.getByRole('heading', { name: 'Hello, Nora' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Administration' }).count(), 0)
  await page.context().close()
})

test('an administrator finds the console in the rail', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/')
  await page.getByRole('link', { name: 'Administration' }).click()
  await page.getByRole('heading', { name: 'Accounts' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/admin/accounts')
  await rows(page).first().waitFor()
  await page.getByRole('link', { name: 'Start' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await page.context().close()
})

test('the search takes first letters while one types, and what it found stands in the address', async () => {
  const page = await atAccounts()
  await page.getByRole('searchbox').pressSequentially('hed noe')
  await rowOf(page, 'Hedy Noether').first().waitFor()
  await page.waitForURL(/search=/)
  await page.waitForFunction(() =>
    [...document.querySelectorAll('tbody tr')].every((row) => row.textContent?.includes('Hedy Noether')),
  )
  await page.reload()
  await rowOf(page, 'Hedy Noether').first().waitFor()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'hed noe')

  await page.getByRole('searchbox').fill('zzz')
  await page.getByText('Nobody found').waitFor()
  await page.getByRole('button', { name: 'Remove search and filters' }).click()
  await rows(page).nth(49).waitFor()
  assert.equal(await page.getByRole('searchbox').inputValue(), '')
  await page.context().close()
})

test('chips keep one role or one state, and are taken off by pressing them again', async () => {
  const page = await atAccounts()
  const disabled = page.getByRole('button', { name: 'Disabled', exact: true })
  await disabled.click()
  await page.waitForURL(/status=disabled/)
  await page.waitForFunction(() =>
    [...document.querySelectorAll('tbody tr')].every((row) => row.textContent?.includes('Disabled')),
  )
  assert.equal(await disabled.getAttribute('aria-pressed'), 'true')
  await page.getByRole('button', { name: 'Staff', exact: true }).click()
  await page.waitForURL(/role=staff/)
  await disabled.click()
  await page.waitForFunction(() => {
    const shown = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '')
    return shown.length > 5 && shown.every((text) => text.includes('Staff'))
  })
  await page.goBack()
  await page.waitForURL(/status=disabled/)
  await page.context().close()
})

test('headings sort, and say which way', async () => {
  const page = await atAccounts()
  const first = () => rows(page).first().getByRole('link').textContent()
  const name = page.getByRole('columnheader', { name: 'Name', exact: true })
  await name.getByRole('button').click()
  await page.locator('th[aria-sort=ascending]').waitFor()
  await rowOf(page, 'Ada Curie').first().waitFor()
  assert.equal(await first(), 'Ada Curie')
  await name.getByRole('button').click()
  await page.locator('th[aria-sort=descending]').waitFor()
  await rowOf(page, 'Sofia Wu').first().waitFor()
  assert.equal(await first(), 'Sofia Wu')
  await page.getByRole('button', { name: 'Created' }).click()
  await page
    .getByRole('columnheader', { name: 'Created' })
    .and(page.locator('[aria-sort=descending]'))
    .waitFor()
  await page.getByRole('button', { name: 'Created' }).click()
  await rowOf(page, 'Ada Hopper').first().waitFor()
  await page.context().close()
})

test('pages of fifty: numbers, the way on and back, and an end', async () => {
  const page = await atAccounts('?role=staff')
  const staff = crowdOf(CROWD).filter(({ role }) => role === 'staff').length
  await count(page, `1–${staff} of ${staff}`)
  assert.equal(await page.getByRole('navigation', { name: 'Pages of the list' }).count(), 0)

  await page.goto('/admin/accounts?role=user&sort=created')
  const users = (await page.getByText(/^1–50 of \d+$/).textContent())?.split(' of ')[1]
  await page.getByRole('link', { name: 'Next' }).click()
  await count(page, `51–100 of ${users}`)
  await page.getByRole('link', { name: '5', exact: true }).click()
  await count(page, `201–${users} of ${users}`)
  assert.equal(await page.getByRole('link', { name: 'Next' }).count(), 0)
  assert.equal(await page.getByRole('link', { name: '5', exact: true }).getAttribute('aria-current'), 'page')
  await page.goBack()
  await count(page, `51–100 of ${users}`)
  await page.goto('/admin/accounts?page=99')
  await page.getByText(/^Nothing this far: there are \d+\.$/).waitFor()
  await page.context().close()
})

test('a hundred thousand accounts are a page away from each other', async () => {
  await addThousands(stage.server, 'starter', 100_000)
  const page = await atAccounts('?realm=starter&page=5')
  await count(page, '201–250 of 100,000')
  await page.getByRole('link', { name: '2,000' }).click()
  await count(page, '99,951–100,000 of 100,000')
  await rowOf(page, 'Person 1').waitFor()
  await page.getByRole('link', { name: 'Previous' }).click()
  await rowOf(page, 'Person 51').waitFor()
  await page.getByRole('button', { name: 'Created' }).click()
  await rowOf(page, 'Person 50').waitFor()
  await count(page, '1–50 of 100,000')
  await page.context().close()
})

test('arrows go through the rows, Enter opens one, Escape closes it and gives the focus back', async () => {
  const page = await atAccounts('?sort=created&search=wu')
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length < 50)
  await rows(page).first().getByRole('link').focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key)
  const here = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  assert.equal(await here(), await rows(page).nth(1).getByRole('link').textContent())
  assert.equal(await page.locator('tbody a[tabindex="0"]').count(), 1)
  await page.keyboard.press('End')
  assert.equal(await here(), await rows(page).last().getByRole('link').textContent())
  await page.keyboard.press('Home')
  const name = await here()
  await page.keyboard.press('Enter')
  await panel(page).getByText('Invited by').waitFor()
  assert.equal(await here(), name)
  await page.keyboard.press('Escape')
  await panel(page).waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => document.activeElement?.closest('tr') !== null), true)
  assert.equal(await here(), name)
  await page.context().close()
})

test('"/" goes to the search, and an arrow from there to what it found', async () => {
  const page = await atAccounts()
  await page.keyboard.press('/')
  await page.keyboard.type('meitner/')
  assert.equal(await page.getByRole('searchbox').inputValue(), 'meitner/')
  await page.waitForURL(/search=meitner/)
  await page.waitForFunction(() => document.querySelector('tbody tr')?.textContent?.includes('Meitner'))
  await page.keyboard.press('ArrowDown')
  const here = await page.evaluate(() => document.activeElement?.textContent)
  assert.equal(here, await rows(page).first().getByRole('link').textContent())
  await page.context().close()
})

test('another role shows at once, and can be taken back', async () => {
  await someone('Rolanda')
  const page = await atAccounts('?search=rolanda')
  await rowOf(page, 'Rolanda').getByRole('link').click()
  const role = panel(page).getByLabel('Role')
  await role.selectOption('staff')
  await rowOf(page, 'Rolanda').getByText('Staff').waitFor()
  await page.getByText('Rolanda now has the role Staff').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Back as it was').waitFor()
  assert.equal(await role.inputValue(), 'user')
  await rowOf(page, 'Rolanda').getByText('User').waitFor()
  await page.context().close()
})

test('who is disabled is out at once, and let in again by one click', async () => {
  const dana = await someone('Dana')
  const page = await atAccounts('?search=dana')
  await rowOf(page, 'Dana').getByRole('link').click()
  await panel(page).getByRole('button', { name: 'Disable account' }).click()
  await page.getByText('Dana is disabled and signed out').waitFor()
  await rowOf(page, 'Dana').getByText('Disabled').waitFor()
  assert.equal((await dana.get('/api/account')).status, 401)
  const identifier = { identifier: 'dana@test.example', password: PASSWORD }
  assert.equal((await dana.post('/api/sign-in/password', identifier)).status, 403)
  await panel(page).getByRole('button', { name: 'Enable account' }).click()
  await page.getByText('Dana may sign in again').waitFor()
  await rowOf(page, 'Dana').getByText('Active').waitFor()
  assert.equal((await dana.post('/api/sign-in/password', identifier)).status, 200)
  await page.context().close()
})

test('signing somebody out everywhere says how many sessions ended', async () => {
  const olga = await someone('Olga')
  await stage.server
    .visitor()
    .post('/api/sign-in/password', { identifier: 'olga@test.example', password: PASSWORD })
  const page = await atAccounts('?search=olga')
  await rowOf(page, 'Olga').getByRole('link').click()
  await panel(page).getByRole('button', { name: 'Sign out everywhere' }).click()
  // One of each sign-in, and one of the confirmed registration.
  await page.getByText(/^Olga is signed out; [23] sessions ended$/).waitFor()
  assert.equal((await olga.get('/api/account')).status, 401)
  await panel(page).getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByText('Olga was signed in nowhere').waitFor()
  await page.context().close()
})

test('the last administrator stays: what shows at once rolls back, and says why', async () => {
  const page = await atAccounts('?search=lovelace')
  await rowOf(page, 'Ada Lovelace').getByRole('link').click()
  await panel(page).getByText('This is your own account.').waitFor()
  let answer = () => {}
  await page.route('**/api/admin/accounts/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return route.continue()
  })
  await panel(page).getByLabel('Role').selectOption('user')
  await rowOf(page, 'Ada Lovelace').getByText('User').waitFor()
  answer()
  await page.getByText('This is the last admin; somebody has to be one.').waitFor()
  assert.equal(await panel(page).getByLabel('Role').inputValue(), 'admin')
  await rowOf(page, 'Ada Lovelace').getByText('Admin').waitFor()

  // The first refusal is gone with the page, so that the second is seen.
  await page.reload()
  await panel(page).getByRole('button', { name: 'Disable account' }).click()
  await page.getByText('This is the last admin; somebody has to be one.').waitFor()
  await rowOf(page, 'Ada Lovelace').getByText('Active').waitFor()
  await page.context().close()
})

test('a new account gets a temporary password by mail; an address that somebody has is refused at its field', async () => {
  const page = await atAccounts()
  await page.getByRole('button', { name: 'New account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Wilhelmina Fleming')
  await dialog.getByLabel('E-mail address').fill(ADA.email)
  await dialog.getByLabel('Role').selectOption('staff')
  await dialog.getByRole('button', { name: 'Create account' }).click()
  await dialog.getByText('Somebody in this realm has this address already.').waitFor()
  await dialog.getByLabel('E-mail address').fill('wilhelmina@test.example')
  await page.keyboard.press('Enter')
  await page.getByText('A temporary password is on its way to wilhelmina@test.example.').waitFor()
  await panel(page).getByText('Temporary, to be replaced').waitFor()
  await rowOf(page, 'Wilhelmina Fleming').getByText('New').waitFor()
  const { text } = await stage.server.smtp.waitForMail('wilhelmina@test.example')
  const password = /^\S{8,}$/m.exec(text)?.[0] ?? ''
  const visitor = stage.server.visitor()
  const signIn = { identifier: 'wilhelmina@test.example', password }
  const { status, body } = await visitor.post('/api/sign-in/password', signIn)
  assert.deepEqual([status, body.account.passwordChangeDue, body.account.role], [200, true, 'staff'])
  await page.context().close()
})

test('the dialog for a new account closes by Escape and gives the focus back', async () => {
  const page = await atAccounts()
  await page.getByRole('button', { name: 'New account' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByLabel('Name').and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'New account')
  await page.context().close()
})

test('the realm that is looked at stands in the address, and is remembered', async () => {
  await addCrowd(stage.server, 'salon', [{ name: 'Sally Salon', email: 'sally@salon.example' }])
  const page = await atAccounts('?search=noether')
  await page.getByLabel('Realm').selectOption('salon')
  await rowOf(page, 'Sally Salon').waitFor()
  assert.equal(new URL(page.url()).search, '?realm=salon')
  await page.getByRole('link', { name: 'Mailbox' }).click()
  await page.getByText('No mail yet').waitFor()
  await page.goto('/admin')
  await rowOf(page, 'Sally Salon').waitFor()
  await page.getByLabel('Realm').selectOption('main')
  await rowOf(page, 'Maryam Wu').first().waitFor()
  await page.goto('/admin')
  await rowOf(page, 'Maryam Wu').first().waitFor()

  await page.goto('/admin/accounts?realm=nowhere')
  await page.getByText('That did not work').waitFor()
  await page.context().close()
})

test('the admin of another realm has the console among the pages of that realm, for it alone', async () => {
  const sol = { name: 'Sol', email: 'sol@salon.example', password: PASSWORD }
  const operator = stage.server.visitor()
  await operator.post('/api/sign-in/password', { identifier: ADA.email, password: ADA.password })
  const made = await operator.post('/api/admin/accounts', {
    ...sol,
    password: undefined,
    role: 'admin',
    realm: 'salon',
  })
  assert.equal(made.status, 201)
  const { text } = await stage.server.smtp.waitForMail(sol.email)
  const own = stage.server.visitor()
  const temporary = /^\S{8,}$/m.exec(text)?.[0] ?? ''
  const signIn = { identifier: sol.email, password: temporary }
  assert.equal((await own.post('/api/realms/salon/sign-in/password', signIn)).status, 200)
  const change = { currentPassword: temporary, newPassword: PASSWORD }
  assert.equal((await own.put('/api/realms/salon/account/password', change)).status, 200)

  const page = await stage.visit()
  await page
    .context()
    .addCookies([...own.jar].map(([name, value]) => ({ name, value, url: stage.server.url })))
  await page.goto('/realms/salon/admin')
  await rowOf(page, 'Sol').waitFor()
  assert.equal(new URL(page.url()).pathname, '/realms/salon/admin/accounts')
  assert.equal(await page.getByLabel('Realm').count(), 0)
  assert.equal(await rowOf(page, 'Ada Lovelace').count(), 0)
  await page.getByRole('link', { name: 'Place' }).click()
  await page.getByLabel('Monday: opens at').waitFor()
  assert.equal(new URL(page.url()).pathname, '/realms/salon/admin/place')
  await page.goto('/realms/salon/admin/accounts?realm=main')
  await page.getByText('That did not work').waitFor()
  await page.context().close()
})

test('who signs out everywhere is out here too, and comes back', async () => {
  await someone('Ottilie')
  const page = await stage.visit()
  const email = 'ottilie@test.example'
  const admin = await atAccounts('?search=ottilie')
  await rowOf(admin, 'Ottilie').getByRole('link').click()
  await panel(admin).getByLabel('Role').selectOption('admin')
  await admin.getByText('Ottilie now has the role Admin').waitFor()
  await page.context().addCookies(await signInByApi(stage.server, { email, password: PASSWORD }))
  await page.goto('/admin/accounts?search=ottilie')
  await rowOf(page, 'Ottilie').getByRole('link').click()
  await panel(page).getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByText('Sign in to go on.').waitFor()

  await panel(admin).getByLabel('Role').selectOption('user')
  await admin.getByText('Ottilie now has the role User').waitFor()
  for (const each of [page, admin]) await each.context().close()
})

test('on a phone, rows have two lines, the menu opens, and an open account takes the place of the list', async () => {
  const page = await atAccounts('?search=noether', { viewport: { width: 390, height: 844 } })
  const { height = 0 } = (await rows(page).first().boundingBox()) ?? {}
  assert.ok(height >= 48 && height <= 80, `${height} px`)
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
  await rows(page).first().getByRole('link').click()
  await panel(page).getByText('Invited by').waitFor()
  assert.equal(await page.getByRole('searchbox').isVisible(), false)
  await panel(page).getByRole('button', { name: 'Close' }).click()
  await page.getByRole('searchbox').waitFor()

  const menu = page.getByRole('button', { name: 'Menu' })
  assert.equal(await page.getByRole('link', { name: 'Mailbox' }).count(), 0)
  await menu.click()
  assert.equal(await menu.getAttribute('aria-expanded'), 'true')
  await page.getByRole('link', { name: 'Mailbox' }).click()
  await page.getByRole('heading', { name: 'Mailbox' }).waitFor()
  assert.equal(await menu.getAttribute('aria-expanded'), 'false')
  await page.context().close()
})
