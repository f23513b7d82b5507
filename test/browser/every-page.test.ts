/** What must be true of every page: for everybody, in every light, at every size. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { everyPage, pageNames } from './support/every-page.ts'
import { openStage, type Stage } from './support/stage.ts'

const SIZES = [
  { name: 'a phone of 390 px', width: 390, height: 844 },
  { name: 'a phone of 320 px', width: 320, height: 640 },
  { name: '400 % zoom on a desk', width: 320, height: 256 },
]
/** WCAG 2.2, 2.5.8. */
const TARGET_PX_MIN = 24

let stage: Stage
let all: ReturnType<typeof everyPage>
let axe: string
before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  stage = await openStage()
  all = everyPage(stage)
})
after(async () => {
  await all.close()
  await stage.close()
})

for (const name of pageNames) {
  describe(name, () => {
    let page: Page
    before(async () => {
      page = await all.open(name, { colorScheme: 'light' })
      await page.evaluate(axe)
    })
    after(() => page.context().close())

    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${name}: axe finds nothing serious in ${colorScheme}`, async () => {
        await page.emulateMedia({ colorScheme })
        await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
        assert.deepEqual(await seriousFindings(page), [])
      })
    }

    test(`${name}: has one heading of the first rank, a title that says it, and a language`, async () => {
      const headings = await page.locator('h1').all()
      assert.equal(headings.length, 1)
      assert.match(await page.title(), /^\S.* · (Latchkey|Salon)$/)
      assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    })

    test(`${name}: keeps to its policy, loads from here alone, and leaves the console quiet`, async () => {
      const addresses: string[] = await page.evaluate(() =>
        performance.getEntriesByType('resource').map((entry) => entry.name),
      )
      assert.ok(addresses.length > 0)
      const { origin } = new URL(page.url())
      const elsewhere = addresses.filter((address) => new URL(address).origin !== origin)
      assert.deepEqual(elsewhere, [])
      assert.deepEqual(stage.complaints, [])
    })

    for (const { name: size, ...viewport } of SIZES) {
      test(`${name}: on ${size} nothing runs off the side and every target is large enough`, async () => {
        await page.setViewportSize(viewport)
        assert.deepEqual(await overflowing(page), [])
        assert.deepEqual(await smallTargets(page), [])
      })
    }
  })
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
}

/** Elements whose right edge lies beyond the window, if it can be scrolled sideways. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const beyond = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    )
    return beyond.map((element) => element.outerHTML.slice(0, 120))
  })
}

function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((min) => {
    const targets = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select')].filter(
      (element) =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        element.getAttribute('aria-hidden') !== 'true' &&
        !(element instanceof HTMLInputElement && element.type === 'radio'),
    )
    return targets.flatMap((target) => {
      const { width, height } = target.getBoundingClientRect()
      return Math.round(Math.min(width, height)) < min
        ? [`${Math.round(width)}×${Math.round(height)} ${target.outerHTML.slice(0, 120)}`]
        : []
    })
  }, TARGET_PX_MIN)
}
