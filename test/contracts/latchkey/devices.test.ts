import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { assertOk, assertProblem, newAddress, PASSWORD } from './support.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

/** A salon's administrator: by our own API, and by the salon's, whose phones register devices. */
async function newSalon(): Promise<{ ours: Visitor; bearer: Record<string, string> }> {
  const email = newAddress()
  const salon = { admin_name: 'Sam', admin_email: email, admin_password: PASSWORD, salon_name: 'Curls' }
  const made = await server.visitor().post('/salon/api/auth/setup', salon)
  assertOk(made, 201)
  const ours = server.visitor()
  assertOk(await ours.post('/api/realms/salon/sign-in/password', { identifier: email, password: PASSWORD }))
  return { ours, bearer: { authorization: `Bearer ${made.body.token}` } }
}

test('my devices are listed without their tokens and can be taken away, and nobody else’s', async () => {
  const { ours, bearer } = await newSalon()
  for (const [token, platform] of [
    ['token-of-a-phone', 'ios'],
    ['token-of-a-browser', 'web'],
  ]) {
    const json = { token, platform }
    assertOk(await server.visitor().send('POST', '/salon/api/auth/device', { json, headers: bearer }))
    server.clock.advance(1_000)
  }
  const list = await ours.get('/api/realms/salon/account/devices')
  assertOk(list)
  assert.ok(!list.text.includes('token-of'))
  const { devices } = list.body
  assert.deepEqual(
    devices.map(({ platform }: { platform: string }) => platform),
    ['web', 'ios'],
  )

  const staff = await ours.post('/api/realms/salon/admin/accounts', {
    email: newAddress(),
    name: 'Stef',
    role: 'staff',
  })
  assertOk(staff, 201)
  const mail = await server.smtp.waitForMail(staff.body.account.email)
  const [, temporary = ''] = mail.text.match(/^\s*([A-Za-z2-9]{12})\s*$/m) ?? []
  const other = server.visitor()
  const identifier = staff.body.account.email
  assertOk(await other.post('/api/realms/salon/sign-in/password', { identifier, password: temporary }))
  const change = { currentPassword: temporary, newPassword: PASSWORD }
  assertOk(await other.put('/api/realms/salon/account/password', change))
  assertProblem(await other.delete(`/api/realms/salon/account/devices/${devices[0].id}`), 404, 'not_found')
  assert.deepEqual((await other.get('/api/realms/salon/account/devices')).body.devices, [])

  assertOk(await ours.delete(`/api/realms/salon/account/devices/${devices[0].id}`))
  assertProblem(await ours.delete(`/api/realms/salon/account/devices/${devices[0].id}`), 404, 'not_found')
  assert.deepEqual((await ours.get('/api/realms/salon/account/devices')).body.devices, [devices[1]])
  assertProblem(await server.visitor().get('/api/realms/salon/account/devices'), 401, 'signed_out')
})
