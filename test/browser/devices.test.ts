/** Devices that apps send messages to. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertForEverybody } from './support/accessible.ts'
import { openStage, type Stage } from './support/stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

const SAM = { email: 'sam@example.org', password: 'cut wash blow dry' }

test('devices are shown while there are any, and removed one by one', async () => {
  const { server } = stage
  const salon = {
    admin_name: 'Sam',
    admin_email: SAM.email,
    admin_password: SAM.password,
    salon_name: 'Curls',
  }
  const { token } = (await server.visitor().post('/salon/api/auth/setup', salon)).body
  const headers = { authorization: `Bearer ${token}` }
  for (const platform of ['ios', 'web']) {
    const device = { token: `token-of-${platform}`, platform }
    assert.equal((await server.visitor().post('/salon/api/auth/device', device, { headers })).status, 200)
  }
  const visitor = server.visitor()
  await visitor.post('/api/realms/salon/sign-in/password', { identifier: SAM.email, password: SAM.password })
  const page = await stage.visit()
  await page.context().addCookies([...visitor.jar].map(([name, value]) => ({ name, value, url: server.url })))

  await page.goto('/realms/salon/account')
  await page.getByRole('heading', { name: 'Devices with notifications' }).waitFor()
  assert.equal(await page.getByText('Registered just now').count(), 2)
  await assertForEverybody(page)
  await page.getByRole('button', { name: 'Remove iPhone or iPad' }).click()
  await page.getByText('Removed: iPhone or iPad').waitFor()
  assert.equal(await page.getByText('Registered just now').count(), 1)
  const { devices } = await (await page.request.get('/api/realms/salon/account/devices')).json()
  assert.deepEqual(
    devices.map(({ platform }: { platform: string }) => platform),
    ['web'],
  )
  await page.getByRole('button', { name: 'Remove Browser' }).click()
  await page.getByRole('heading', { name: 'Devices with notifications' }).waitFor({ state: 'detached' })
  await page.context().close()
})

test('who has no such device reads nothing of them', async () => {
  const page = await stage.visit({ signedIn: true })
  const answered = page.waitForResponse('**/api/account/devices')
  await page.goto('/account')
  await answered
  await page.getByText('This device', { exact: true }).waitFor()
  assert.equal(await page.getByText('Devices with notifications').count(), 0)
  await page.context().close()
})
