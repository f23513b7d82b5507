/** The console in every light and on a phone: axe finds nothing at all. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { adminPageNames, adminPages } from './support/admin-pages.ts'
import { openStage, type Stage } from './support/stage.ts'

const PHONE = { width: 390, height: 844 }

let stage: Stage
let pages: ReturnType<typeof adminPages>
let axe: string
before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  stage = await openStage()
  pages = adminPages(stage)
})
after(() => stage.close())

for (const name of adminPageNames) {
  test(`${name}: axe finds nothing in light, in dark and on a phone`, async () => {
    const page = await pages[name]({ colorScheme: 'light' })
    await page.evaluate(axe)
    assert.deepEqual(await findings(page), [], 'light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
    assert.deepEqual(await findings(page), [], 'dark')
    await page.setViewportSize(PHONE)
    assert.deepEqual(await findings(page), [], 'phone')
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width)
    await page.context().close()
  })
}

test('the menu of a phone, opened: axe finds nothing', async () => {
  const page = await pages['administration, accounts']({ viewport: PHONE })
  await page.evaluate(axe)
  await page.locator('nav button[aria-expanded=false]').click()
  assert.deepEqual(await findings(page), [])
  await page.context().close()
})

async function findings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}
