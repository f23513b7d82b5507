import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  currentInvitation,
  type Invitation,
  listInvitations,
  listInvited,
} from '../../engine/accounts/invitation.ts'
import { invitationLink } from '../../engine/links.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { InvitationShape } from './objects.ts'
import { responsesWith, signedOut } from './problems.ts'

const tags = ['Invitations']
const INVITED_SHOWN_MAX = 200

const List = Type.Object({
  invitations: Type.Array(InvitationShape, { description: 'Live ones, that with the latest end first.' }),
  invited: Type.Array(
    Type.Object({
      name: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
      createdAt: Type.Integer({ description: 'UNIX milliseconds, UTC.' }),
    }),
    { description: `Who came by them, the newest first; at most ${INVITED_SHOWN_MAX}.` },
  ),
  invitedTotal: Type.Integer(),
})
const One = Type.Object({ invitation: InvitationShape })

export function invitationRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const toInvitation = (invitation: Invitation) => ({
    ...invitation,
    link: invitationLink(engine.publicUrl, realm, invitation.token),
  })
  fastify.get(
    '/account/invitations',
    {
      config: { access: 'session' },
      schema: {
        summary: 'My invitations, and who came by them',
        tags,
        response: responsesWith({ 200: List }, signedOut),
      },
    },
    async (request) => {
      const { id: accountId } = signedInOf(request).account
      const page = { realm, accountId, offset: 0, limit: INVITED_SHOWN_MAX }
      const { accounts, total } = await listInvited(engine, page)
      return {
        invitations: (await listInvitations(engine, accountId)).map(toInvitation),
        invited: accounts.map(({ name, createdAt }) => ({ name, createdAt })),
        invitedTotal: total,
      }
    },
  )
  fastify.post(
    '/account/invitations',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'The invitation that I hand out now',
        description: 'The newest one while it has three days and a use left, else a new one.',
        tags,
        response: responsesWith({ 200: One }, signedOut),
      },
    },
    async (request) => {
      const { id: accountId } = signedInOf(request).account
      const client = context.clientOf(request)
      return { invitation: toInvitation(await currentInvitation(engine, { realm, client, accountId })) }
    },
  )
}
