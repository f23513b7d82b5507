/** Every page in German: nothing on it is in another language. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { de } from '../../web/texts/de.ts'
import { everyPage, pageNames } from './support/every-page.ts'
import { openStage, type Stage } from './support/stage.ts'

/** What people and apps are called, and what is the same in every language. */
const DATA = [
  /^(Ada Lovelace|Linus|latchkey|salon|starter|referral|community|crm|main|English|Deutsch)$/,
  /^[\w.]+@example\.(org|net)$/,
  /^http:\/\/localhost:\d+(\/\w+)?$/,
  /^(·|127\.0\.0\.1)$/,
  /^\w+, \d+\. [\wä]+ \d{4} um \d\d:\d\d$/,
  // The console: people, realms, days, times, numbers, ids.
  /^([A-Z][a-z]+|Chien-Shiung) (Hopper|Noether|Johnson|Franklin|Kowalewska|Wu|Meitner|Mirzakhani|Curie)$/,
  /^(Salon|Starter|Referral|Community|person\d+)$/,
  /^(Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)$/,
  /^(\d\d\.\d\d\.\d{4}|\d\d:\d\d|\d+|–|…)$/,
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  // The log: times of day, how long ago, where from.
  /^(\d\d:\d\d:\d\d|vor \d+ (Minuten?|Stunden?))$/,
  /^[a-z]+( · 127\.0\.0\.1)?$/,
]
const WORDS = Object.values(de).map(
  (text) => new RegExp(`^${text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\{\w+\}\}/g, '.+')}$`),
)

let stage: Stage
let all: ReturnType<typeof everyPage>
before(async () => {
  stage = await openStage()
  all = everyPage(stage)
})
after(async () => {
  await all.close()
  await stage.close()
})

for (const name of pageNames) {
  test(`${name}: who prefers German reads German alone`, async () => {
    const page = await all.open(name, { locale: 'de-AT' })
    assert.equal(await page.locator('html').getAttribute('lang'), 'de')
    const foreign = (await wordsOn(page)).filter((words) => ![...DATA, ...WORDS].some((it) => it.test(words)))
    assert.deepEqual(foreign, [])
    await page.setViewportSize({ width: 320, height: 640 })
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320)
    await page.context().close()
  })
}

test('a language that is chosen stays chosen, from the first paint on', async () => {
  const page = await stage.visit()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Deutsch' }).click()
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  await page.goto('/sign-up')
  await page.getByRole('heading', { name: 'Leg dein Konto an' }).waitFor()
  assert.equal(await page.title(), 'Leg dein Konto an · Latchkey')
  await page.context().close()
})

test("a mail speaks the language of the page that asked for it, and an account's language comes with it", async () => {
  const asking = await stage.visit({ locale: 'de-DE' })
  await asking.goto('/sign-in')
  await asking.locator('[name=identifier]').fill('greta@example.org')
  await asking.keyboard.press('Enter')
  await asking.getByRole('button', { name: de['signIn.withCode'] }).click()
  const { subject, text } = await stage.server.smtp.waitForMail('greta@example.org')
  assert.match(subject, /Dein|Code/)
  assert.doesNotMatch(text, /\b(your|code for|minutes)\b/i)
  await asking.locator('[name=code]').fill(/\d{6}/.exec(text)?.[0] ?? '')
  await asking.getByRole('heading', { name: 'Hallo' }).waitFor()

  const english = await stage.visit({ locale: 'en-GB' })
  await english.context().addCookies(await asking.context().cookies())
  await english.goto('/')
  await english.getByRole('heading', { name: 'Hallo' }).waitFor()
  for (const page of [asking, english]) await page.context().close()
})

/** Every text and every attribute that is read out, but for what says itself that it is in another language. */
function wordsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [document.title]
    const elements = [
      ...document.querySelectorAll<HTMLElement>('body *:not(noscript, script, style)'),
    ].filter((element) => !element.closest('body [lang]:not([lang=de])'))
    for (const element of elements) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        found.push(element.getAttribute(name) ?? '')
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '')
    }
    return [...new Set(found.map((words) => words.trim()).filter((words) => words !== ''))]
  })
}
