import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import type { OpeningHoursFailure } from '../../engine/accounts/opening-hours.ts'
import {
  changePlaceProfile,
  type PlaceProfile,
  readPlaceProfile,
} from '../../engine/accounts/place-profile.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { RealmQuery, realmForAdmin, realmNotFound } from './admin-realms.ts'
import { forbidden, type Problems, responsesWith, sendProblem, signedOut } from './problems.ts'

const NullableText = (maxLength: number) => Type.Union([Type.String({ maxLength }), Type.Null()])
const Time = Type.Union([Type.String({ maxLength: 5, description: '`HH:MM`, 24 hours.' }), Type.Null()])

/** What a place tells of itself. */
export const Place = Type.Object(
  {
    name: Type.String({ pattern: '\\S', maxLength: 200 }),
    email: NullableText(254),
    phone: NullableText(50),
    address: NullableText(300),
    openingHours: Type.Array(
      Type.Object(
        {
          dayOfWeek: Type.Integer({ description: '0 is Sunday.' }),
          openTime: Time,
          closeTime: Time,
          isClosed: Type.Boolean(),
        },
        { additionalProperties: false },
      ),
      { maxItems: 7 },
    ),
  },
  { additionalProperties: false },
)
const Answer = Type.Object({ place: Type.Union([Place, Type.Null()]) })

export const placeProblems: Problems<OpeningHoursFailure> = {
  opening_hours_not_valid: {
    status: 422,
    message: 'Opening hours: each weekday once, times as HH:MM, opening before closing.',
  },
}

export function placeRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  const tags = ['Administration']
  fastify.get(
    '/admin/place',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What a realm’s place tells of itself: name, contact, opening hours',
        tags,
        querystring: RealmQuery,
        response: responsesWith({ 200: Answer }, { ...signedOut, ...forbidden, ...realmNotFound }),
      },
    },
    async (request, reply) => {
      const realm = realmForAdmin(context, request, (request.query as Static<typeof RealmQuery>).realm)
      if (!realm?.policy.hasPlace) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      return { place: (await readPlaceProfile(engine, realm)) ?? null }
    },
  )
  fastify.put(
    '/admin/place',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Change what a realm’s place tells of itself',
        tags,
        querystring: RealmQuery,
        body: Place,
        response: responsesWith(
          { 200: Answer },
          { ...signedOut, ...forbidden, ...realmNotFound, ...placeProblems },
        ),
      },
    },
    async (request, reply) => {
      const realm = realmForAdmin(context, request, (request.query as Static<typeof RealmQuery>).realm)
      if (!realm?.policy.hasPlace) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const profile = toPlace(request.body as Static<typeof Place>)
      const client = context.clientOf(request)
      const actor = signedInOf(request).account
      const result = await changePlaceProfile(engine, { realm, client, actor, profile })
      return result.ok ? { place: profile } : sendProblem(reply, placeProblems, result.failure)
    },
  )
}

/** Blanks around a text are nobody's wish, and a field of blanks is empty. */
export function toPlace({ name, email, phone, address, openingHours }: Static<typeof Place>): PlaceProfile {
  const trimmed = (text: string | null): string | null => text?.trim() || null
  return {
    name: name.trim(),
    email: trimmed(email),
    phone: trimmed(phone),
    address: trimmed(address),
    openingHours,
  }
}
