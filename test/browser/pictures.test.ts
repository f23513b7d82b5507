/** Pictures of oneself: chosen, dropped, pasted, cut, shown and removed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp, { type Metadata } from 'sharp'
import { gifOf, pngOf } from '../support/pictures.ts'
import { assertForEverybody } from './support/accessible.ts'
import { openStage, type Stage, signInByApi, signUpByApi } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const PASSWORD = 'a loom that weaves algebra'

async function someone(name: string): Promise<Page> {
  const email = `${name}@example.org`
  await signUpByApi(stage.server, { name: `${name} Test`, email, password: PASSWORD })
  const page = await stage.visit()
  await page.context().addCookies(await signInByApi(stage.server, { email, password: PASSWORD }))
  await page.goto('/account')
  await page.getByRole('button', { name: 'Choose a picture' }).waitFor()
  return page
}

/** What the page shows of the account, as it is on the server. */
async function shown(page: Page): Promise<Metadata | null> {
  const { account } = await (await page.request.get('/api/account')).json()
  if (account.picture === null) return null
  return sharp(await (await page.request.get(account.picture)).body()).metadata()
}

const choose = (page: Page, name: string, mimeType: string, buffer: Buffer) =>
  page.locator('input[type=file]').first().setInputFiles({ name, mimeType, buffer })

test('a picture is chosen, cut by the keyboard alone, sent, shown in the frame, and removed', async () => {
  const page = await someone('mary')
  await choose(page, 'wide.png', 'image/png', await pngOf(1_200, 600))
  const dialog = page.getByRole('dialog', { name: 'Which part of it' })
  await dialog.getByLabel('The part that is shown').waitFor()
  await page.getByRole('button', { name: 'Use this part' }).isEnabled()
  await assertForEverybody(page)
  await dialog.getByLabel('Zoom').focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight')
  assert.equal(await dialog.getByLabel('Zoom').inputValue(), '2')
  await dialog.getByLabel('The part that is shown').focus()
  await page.keyboard.press('ArrowLeft')
  await dialog.getByRole('button', { name: 'Use this part' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Picture saved').waitFor()
  const { format, width, height } = (await shown(page)) ?? {}
  assert.deepEqual([format, width, height], ['webp', 300, 300])
  await page.locator('nav img').waitFor()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Picture removed').waitFor()
  assert.equal(await shown(page), null)
  assert.equal(await page.locator('nav img').count(), 0)
  assert.equal(await page.locator(':focus').textContent(), 'Choose a picture')
  await page.context().close()
})

test('a picture is dropped and pasted; what is none is told; leaving sends nothing', async () => {
  const page = await someone('jane')
  const bytes = [...(await pngOf(50, 50))]
  const give = (event: 'drop' | 'paste', type: string, content: number[]) =>
    page.evaluate(
      ([event, type, content]) => {
        const data = new DataTransfer()
        data.items.add(new File([new Uint8Array(content)], 'a', { type }))
        const target = event === 'paste' ? document.body : document.querySelector('fieldset')
        const options = { bubbles: true, cancelable: true }
        target?.dispatchEvent(
          event === 'paste'
            ? new ClipboardEvent('paste', { ...options, clipboardData: data })
            : new DragEvent('drop', { ...options, dataTransfer: data }),
        )
      },
      [event, type, content] as const,
    )
  await give('drop', 'image/png', bytes)
  await page.getByRole('button', { name: 'Use this part' }).click()
  await page.getByText('Picture saved').waitFor()
  assert.equal((await shown(page))?.width, 50)
  await give('paste', 'image/png', bytes)
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  for (const [event, type] of [
    ['drop', 'text/plain'],
    ['paste', 'image/png'],
  ] as const) {
    await give(event, type, [1, 2, 3])
    await page.getByText('This is no picture that can be used.').waitFor()
    await give('paste', 'image/png', bytes)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    assert.equal(await page.getByText('This is no picture that can be used.').count(), 0)
  }
  await choose(page, 'moving.gif', 'image/gif', await gifOf(20, 20, 4))
  await page.getByRole('button', { name: 'Use all of it, and let it move' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByText('Picture saved').last().waitFor()
  assert.equal((await shown(page))?.pages, 4)
  await page.context().close()
})

test('whether a username is to be had is told while one types', async () => {
  const page = await someone('grace')
  const field = page.getByLabel('Username')
  await field.fill('hopper1906')
  await page.getByText('hopper1906 is free.').waitFor()
  await field.fill('no spaces')
  await page.getByText('Use 3 to 30 letters and digits, without accents.').waitFor()
  await field.fill('hopper1906')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Profile saved').waitFor()
  const other = await someone('annie')
  await other.getByLabel('Username').fill('HOPPER1906')
  await other.getByText('Somebody has this username.').waitFor()
  for (const each of [page, other]) await each.context().close()
})

test('where people have profiles, a banner and words about oneself stand in the public profile', async () => {
  const [handle, email] = ['rosalind', 'rosalind@example.org']
  const registration = { email, handle, display_name: 'Rosalind F', password: PASSWORD }
  assert.equal((await stage.server.visitor().post('/community/v0/users', registration)).status, 201)
  const page = await stage.visit()
  await page.goto('/realms/community/sign-in')
  await page.getByLabel('E-mail address or username').fill(email)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Hello, Rosalind F' }).waitFor()
  await page.goto('/realms/community/account')
  const banner = page.getByRole('group', { name: 'Banner' })
  await banner.getByRole('button', { name: 'Choose a picture' }).waitFor()
  const file = { name: 'sea.png', mimeType: 'image/png', buffer: await pngOf(1_500, 900) }
  await banner.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Use this part' }).click()
  await page.getByText('Banner saved').waitFor()
  await banner.getByRole('img', { name: 'Banner' }).waitFor()
  await page.getByLabel('About you').fill('Takes pictures of what nobody sees.')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Profile saved').waitFor()
  await assertForEverybody(page)
  const profile = await page.request.get(`/community/v0/users/profile?handle=${handle}`)
  const { bio, banner_image } = await profile.json()
  assert.equal(bio, 'Takes pictures of what nobody sees.')
  const {
    format,
    width = 0,
    height = 0,
  } = await sharp(await (await page.request.get(banner_image)).body()).metadata()
  assert.equal(format, 'webp')
  assert.ok(width > height * 2, `${width} × ${height}`)
  await page.context().close()
})
