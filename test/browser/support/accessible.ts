/** That a page is for everybody: in both themes, on a desk and on a phone. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** @throws if axe finds anything, or anything runs off the side. */
export async function assertForEverybody(page: Page): Promise<void> {
  await page.evaluate(await readFile(AXE, 'utf8'))
  const size = page.viewportSize()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 })
      const { violations } = await page.evaluate<AxeResults>('axe.run()')
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
      assert.deepEqual(found, [], `${colorScheme}, ${width} px`)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
    }
  }
  if (size) await page.setViewportSize(size)
}
