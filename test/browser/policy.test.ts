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
  test(`${path} draws its API under the policy, light and dark as chosen or as the system`, async () => {
    for (const [visit, dark] of [
      [{ colorScheme: 'light' }, false],
      [{ colorScheme: 'dark' }, true],
      [{ colorScheme: 'light', theme: 'dark' }, true],
      [{ colorScheme: 'dark', theme: 'light' }, false],
    ] as const) {
      const page = await stage.visit(visit)
      const response = await page.goto(path)
      const policy = response?.headers()['content-security-policy'] ?? ''
      assert.match(policy, /script-src 'self'(;|$)/)
      await page.locator('.opblock').first().waitFor()
      const [red = -1] = await page.evaluate(() =>
        [document.documentElement, document.body]
          .map((element) => getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? [])
          .filter(([, , , alpha]) => alpha !== '0')
          .map(([first]) => Number(first)),
      )
      assert.equal(red >= 0 && red < 64, dark)
      assert.deepEqual(stage.complaints, [])
      await page.context().close()
    }
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

for (const next of [
  '//evil.example',
  '/\\evil.example',
  '/.//evil.example',
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,evil',
  '\t//evil.example',
]) {
  test(`who signs in with next=${JSON.stringify(next)} stays at home`, async () => {
    const page = await stage.visit()
    page.on('dialog', () => assert.fail('A script of the address ran.'))
    const left: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== stage.server.url) left.push(request.url())
    })
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await signIn(page)
    await page.locator('nav').waitFor()
    assert.equal(new URL(page.url()).origin, stage.server.url)
    assert.deepEqual(left, [])

    // Who is signed in already is sent on at once, and by another way.
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.locator('nav').waitFor()
    assert.equal(new URL(page.url()).origin, stage.server.url)
    assert.deepEqual(left, [])
    await page.context().close()
  })
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
