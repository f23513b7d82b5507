import type { FastifyInstance } from 'fastify'
import { type VerifyEmailCodeFailure, verifyEmailCode } from '../../engine/accounts/verify-email-code.ts'
import type { AppContext } from '../contract.ts'
import { readByForm, shortToken } from './fields.ts'
import { defineForm, OtherBody } from './form.ts'
import { True } from './objects.ts'
import {
  type Problems,
  responsesWith,
  sendProblem,
  sendWrongs,
  tooManyRequests,
  unauthorized,
  validation,
} from './problems.ts'

const form = defineForm({
  otp: { ...shortToken, description: 'The six digits of the mail.' },
  token: { ...shortToken, lengthMax: 4_096, description: 'What send-otp answered.' },
})

const problems: Problems<VerifyEmailCodeFailure> = {
  too_many_requests: tooManyRequests,
  token_dead: unauthorized,
  code_wrong: { status: 403, message: 'Wrong OTP' },
}

const FORMS = ['multipart/form-data', 'application/x-www-form-urlencoded']

export function verifyOtpRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/verify-otp',
    {
      config: { access: 'public' },
      ...readByForm,
      schema: {
        summary: 'Prove my address by the mailed code',
        description: 'A form, not JSON. Five wrong codes end the token; used once, it is spent.',
        consumes: FORMS,
        body: form.schema,
        response: responsesWith(True, { validation, ...problems }),
      },
    },
    async (request, reply) => {
      const read = form.read(await fieldsOf(request.body))
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const { otp: code, token } = read.value
      const result = await verifyEmailCode(engine, { realm, client: context.clientOf(request), token, code })
      return result.ok ? true : sendProblem(reply, problems, result.failure)
    },
  )
}

/** The fields of a form. Whatever is none has no fields, JSON included, and an empty field counts as left out. */
async function fieldsOf(body: unknown): Promise<Record<string, unknown>> {
  if (!(body instanceof OtherBody)) return {}
  const { text, contentType = '' } = body
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!FORMS.includes(type)) return {}
  const form = await new Response(text, { headers: { 'content-type': contentType } })
    .formData()
    // A form that breaks off says nothing.
    .catch(() => new FormData())
  // Of several with one name the last, as a dictionary has it. A file stays what it is: no text.
  return Object.fromEntries([...form].filter(([, value]) => value !== ''))
}
