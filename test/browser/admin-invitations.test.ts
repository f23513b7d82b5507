/** The console's tree of who invited whom. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { addCrowd, type Person } from './support/crowd.ts'
import { openStage, type Stage } from './support/stage.ts'

const GUESTS = 70
const people: Person[] = [
  { name: 'Root Hopper', email: 'root@example.org' },
  { name: 'Rare Inviter', email: 'rare@example.org' },
  ...Array.from({ length: GUESTS }, (_, index) => ({
    name: `Guest ${index}`,
    email: `guest${index}@example.org`,
    invitedBy: 'root@example.org',
  })),
  { name: 'Grandchild', email: 'grandchild@example.org', invitedBy: 'guest3@example.org' },
  { name: 'Only One', email: 'only@example.org', invitedBy: 'rare@example.org' },
]

let stage: Stage
before(async () => {
  stage = await openStage()
  await addCrowd(stage.server, 'main', people)
})
after(() => stage.close())

async function atTree(realm = 'main'): Promise<Page> {
  const page = await stage.visit({ signedIn: true })
  await page.goto(`/admin/invitations?realm=${realm}`)
  await page.getByRole('heading', { name: 'Invitations' }).waitFor()
  return page
}

const toggle = (page: Page, name: string) => page.getByRole('button', { name: `Invited by ${name}` })
const level = (page: Page, name: string) =>
  page.getByRole('list', { name: `Invited by ${name}`, exact: true }).locator('> li')

test('the tree begins with those whom nobody invited, and says how many each has invited', async () => {
  const page = await atTree()
  const roots = page.getByRole('list', { name: 'Invitations', exact: true }).locator('> li')
  await roots.nth(1).waitFor()
  assert.deepEqual((await roots.allTextContents()).sort(), [
    'Rare Inviterrare@example.org1 invited',
    `Root Hopperroot@example.org${GUESTS} invited`,
  ])
  await page.context().close()
})

test('a person opens to those whom they invited, fifty at a time, level by level, by keys alone', async () => {
  const page = await atTree()
  const root = toggle(page, 'Root Hopper')
  await root.focus()
  assert.equal(await root.getAttribute('aria-expanded'), 'false')
  await page.keyboard.press('Enter')
  await level(page, 'Root Hopper').nth(49).waitFor()
  assert.equal(await root.getAttribute('aria-expanded'), 'true')
  assert.equal(await level(page, 'Root Hopper').count(), 50)
  await page.getByRole('button', { name: 'Show more (20 left)' }).focus()
  await page.keyboard.press('Enter')
  await level(page, 'Root Hopper')
    .nth(GUESTS - 1)
    .waitFor()
  assert.equal(await page.getByRole('button', { name: /Show more/ }).count(), 0)

  await toggle(page, 'Guest 3').focus()
  await page.keyboard.press('Space')
  await level(page, 'Guest 3').getByRole('link', { name: 'Grandchild' }).waitFor()
  assert.equal(await toggle(page, 'Grandchild').count(), 0)
  await root.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Grandchild' }).waitFor({ state: 'detached' })
  await page.context().close()
})

test('a level is fetched when it is opened and not before', async () => {
  const page = await stage.visit({ signedIn: true })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/admin/referrals')) asked.push(new URL(request.url()).search)
  })
  await page.goto('/admin/invitations?realm=main')
  await toggle(page, 'Rare Inviter').click()
  await level(page, 'Rare Inviter').first().waitFor()
  assert.equal(asked.length, 2)
  assert.match(asked[1] ?? '', /under=/)
  await page.context().close()
})

test('a name opens the account beside the tree, and from there the one who invited them', async () => {
  const page = await atTree()
  await toggle(page, 'Rare Inviter').click()
  await page.getByRole('link', { name: 'Only One' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('only@example.org').waitFor()
  await panel.getByRole('link', { name: 'Rare Inviter' }).click()
  await panel.getByRole('heading', { name: 'Rare Inviter' }).waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Only One' }).waitFor()
  await page.context().close()
})

test('where nobody has invited anybody, it says so', async () => {
  const page = await atTree('salon')
  await page.getByText('Nobody has invited anybody yet').waitFor()
  await page.context().close()
})
