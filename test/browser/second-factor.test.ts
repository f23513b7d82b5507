/** A second step: switched on with an app, asked for at sign-in, replaced by a recovery code, switched off. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { totpAt, totpStep } from '../../engine/authenticators/totp/algorithm.ts'
import { assertForEverybody } from './support/accessible.ts'
import { ADA, openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const STEP_MS = 30_000

/** The secret as an app reads it: base32, four letters at a time. */
function keyOf(shown: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...shown.replaceAll(' ', '')].map((char) =>
    alphabet.indexOf(char).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

async function signInWithPassword(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address or username').fill(ADA.email)
  await page.keyboard.press('Enter')
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
}

test('a second step from set-up to switching it off', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByText('Signing in takes one step.').waitFor()
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByLabel('Current password').fill('not the password')
  await page.keyboard.press('Enter')
  await page.getByText('That is not your current password.').waitFor()
  await page.getByLabel('Current password').fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
  await assertForEverybody(page)
  const key = keyOf((await page.locator('code').first().textContent()) ?? '')
  assert.equal(key.length, 20)
  const code = (drift = 0) => totpAt(key, totpStep(stage.server.clock.now()) + drift)
  await page.getByLabel('Six-digit code').fill('000000')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByText(/Not right, or used already/).waitFor()
  await page.getByLabel('Six-digit code').fill(code())
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  await assertForEverybody(page)
  const codes = await page.locator('li code').allTextContents()
  assert.equal(codes.length, 10)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  assert.equal((await download).suggestedFilename(), 'recovery-codes.txt')
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes are left.').waitFor()
  await assertForEverybody(page)
  await page.context().close()

  // At sign-in: the app.
  stage.server.clock.advance(STEP_MS)
  const phone = await stage.visit()
  await signInWithPassword(phone)
  await assertForEverybody(phone)
  await phone.getByLabel('Six-digit code').fill('000000')
  await phone.getByText(/Not right, or used already/).waitFor()
  await phone.getByLabel('Six-digit code').fill(code())
  await phone.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await phone.context().close()

  // And a recovery code, typed as people type.
  const other = await stage.visit()
  await signInWithPassword(other)
  await other.getByRole('button', { name: 'Use a recovery code' }).click()
  await other.getByLabel('Recovery code').fill('AAAAAAAA')
  await other.keyboard.press('Enter')
  await other.getByText('Not one of your recovery codes, or used already.').waitFor()
  await assertForEverybody(other)
  await other.getByLabel('Recovery code').fill(` ${codes[0]?.toLowerCase()} `)
  await other.keyboard.press('Enter')
  await other.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await other.goto('/account')
  await other.getByText('9 recovery codes are left.').waitFor()

  await other.getByRole('button', { name: 'Switch off' }).click()
  await other.getByLabel('Code or recovery code').fill(codes[1] ?? '')
  await assertForEverybody(other)
  await other.keyboard.press('Enter')
  await other.getByText('Signing in takes one step.').waitFor()
  await other.context().close()
})

test('a first step that took too long begins again', async () => {
  const page = await stage.visit({ signedIn: true })
  await page.goto('/account')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByLabel('Current password').fill(ADA.password)
  await page.keyboard.press('Enter')
  const key = keyOf((await page.locator('code').first().textContent()) ?? '')
  const code = () => totpAt(key, totpStep(stage.server.clock.now()))
  await page.getByLabel('Six-digit code').fill(code())
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  await page.context().close()

  const late = await stage.visit()
  await signInWithPassword(late)
  stage.server.clock.advance(121_000)
  await late.getByLabel('Six-digit code').fill(code())
  await late.getByText('That took too long, or too many tries. Sign in again.').waitFor()
  await late.getByRole('button', { name: 'Start again' }).click()
  await late.getByLabel('E-mail address or username').waitFor()
  await late.context().close()
})
