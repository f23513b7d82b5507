import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { listDevices, removeDeviceById } from '../../engine/sessions/push-device.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty } from './fields.ts'
import { DeviceShape, toDevice } from './objects.ts'
import { responsesWith, sendProblem, signedOut } from './problems.ts'

const tags = ['Devices']
const List = Type.Object({ devices: Type.Array(DeviceShape) })
const Params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const notFound = { not_found: { status: 404, message: 'There is no such device.' } }

export function deviceRoutes(fastify: FastifyInstance, { engine }: AppContext): void {
  fastify.get(
    '/account/devices',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Devices that get my push messages, the last registered first',
        tags,
        response: responsesWith({ 200: List }, signedOut),
      },
    },
    async (request) => {
      const devices = await listDevices(engine, signedInOf(request).account.id)
      return { devices: devices.map(toDevice) }
    },
  )
  fastify.delete(
    '/account/devices/:id',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Send a device no more push messages',
        tags,
        params: Params,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...notFound }),
      },
    },
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>
      const accountId = signedInOf(request).account.id
      const isGone = await removeDeviceById(engine, { accountId, id })
      return isGone ? {} : sendProblem(reply, notFound, { code: 'not_found' })
    },
  )
}
