/** What the pages may load, what they weigh, and where they let one be led. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ADA, openStage, type Stage } from './support/stage.ts'

/** In compressed bytes, of all scripts that a first visit loads. */
const SCRIPT_BYTES_MAX = 200_000

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

test('a script that the policy forbids does not run, and is noticed', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  const complained = page.waitForEvent('console', (message) =>
    message.text().includes('Content Security Policy'),
  )
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "injected"'
    document.body.append(script)
  })
  await complained
  assert.notEqual(await page.title(), 'injected')
  assert.equal(stage.complaints.splice(0).length, 1)
  await page.context().close()
})

for (const path of ['/api/docs', '/starter/docs']) {
  test(`${path} draws its API under the policy, light and dark as the system or as chosen`, async () => {
    const page = await stage.visit()
    for (const [system, chosen, dark] of [
      ['light', null, false],
      ['dark', null, true],
      ['light', 'dark', true],
    ] as const) {
      await page.emulateMedia({ colorScheme: system })
      if (chosen) await page.evaluate((theme) => localStorage.setItem('latchkey.theme', theme), chosen)
      const response = await page.goto(path)
      assert.match(response?.headers()['content-security-policy'] ?? '', /script-src 'self'(;|$)/)
      await page.locator('.opblock').first().waitFor()
      assert.equal(await page.evaluate(isGroundDark), dark)
    }
    assert.deepEqual(stage.complaints, [])
    await page.context().close()
  })

  test(`${path} tries a request out`, async () => {
    const page = await stage.visit()
    await page.goto(path)
    const [method, address] = path === '/api/docs' ? ['GET', '/start'] : ['GET', '/api/health']
    const operation = page.locator('.opblock', { hasText: address }).filter({ hasText: method }).first()
    await operation.locator('.opblock-summary-control').first().click()
    await operation.getByRole('button', { name: 'Execute' }).click()
    await operation
      .locator('.live-responses-table .response .response-col_status', { hasText: '200' })
      .waitFor()
    await page.context().close()
  })
}

for (const path of ['/', '/sign-in']) {
  test(`${path}: the scripts of a first visit weigh less than ${SCRIPT_BYTES_MAX / 1000} KB`, async () => {
    const page = await stage.visit()
    const sizes: Promise<number>[] = []
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script')
        sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    await page.goto(path, { waitUntil: 'networkidle' })
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    assert.ok(bytes > 50_000 && bytes < SCRIPT_BYTES_MAX, `${bytes} bytes`)
    await page.context().close()
  })
}

const EVIL = [
  '//evil.example',
  '/\\evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  'https://evil.example/',
  'https://localhost@evil.example/',
  '/.//evil.example',
  '\t//evil.example',
  'data:text/html,evil',
]

for (const next of EVIL.slice(0, 4)) {
  test(`who signs in with next=${JSON.stringify(next)} stays at home`, async () => {
    const page = await stage.visit()
    const left = departures(page)
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await signIn(page)
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    assert.equal(page.url(), `${stage.server.url}/`)
    assert.deepEqual(left, [])
    await page.context().close()
  })
}

for (const path of ['/sign-in', '/sign-up']) {
  test(`${path}: who is signed in already is sent on at once, and never to another origin`, async () => {
    const page = await stage.visit({ signedIn: true })
    const left = departures(page)
    for (const next of EVIL) {
      await page.goto(`${path}?next=${encodeURIComponent(next)}`)
      await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
      assert.equal(page.url(), `${stage.server.url}/`)
    }
    assert.deepEqual(left, [])
    await page.context().close()
  })
}

/** Requests to other origins, and dialogs that a script in an address would open. */
function departures(page: Page): string[] {
  const left: string[] = []
  page.on('dialog', (dialog) => {
    left.push(dialog.message())
    return dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== stage.server.url) left.push(request.url())
  })
  return left
}

test('who was sent to sign in arrives where they were going', async () => {
  const page = await stage.visit()
  await page.goto('/account')
  await page.getByText('Sign in to go on.').waitFor()
  await signIn(page)
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/account')
  // Back is no way to a form that one is through with.
  await page.goBack()
  await page.waitForURL('**/account')
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  await page.context().close()
})

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail address or username').fill(ADA.email)
  await page.keyboard.press('Enter')
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.keyboard.press('Enter')
}

/** Of what the page is painted on: its body, or its root if that has no colour. */
function isGroundDark(): boolean {
  const grounds = [document.body, document.documentElement]
    .map(
      (element) =>
        getComputedStyle(element)
          .backgroundColor.match(/[\d.]+/g)
          ?.map(Number) ?? [],
    )
    .filter(([, , , alpha = 1]) => alpha > 0)
  const [red = 255] = grounds[0] ?? []
  return red < 64
}
