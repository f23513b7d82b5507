import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  type AccountImage,
  imageBytesMax,
  type RemovePictureFailure,
  removeAccountPicture,
  type SetPictureFailure,
  setAccountPicture,
} from '../../engine/accounts/account-picture.ts'
import type { PictureFailure } from '../../engine/pictures/picture-maker.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { FILE_FIELD, type UploadFailure, uploadOf, uploadRoutes } from '../uploads.ts'
import { AccountAnswer, toAccount } from './objects.ts'
import { type Problems, responsesWith, sendProblem, signedOut } from './problems.ts'

const tags = ['Account']
const IMAGES = { picture: 'profileImage', banner: 'bannerImage' } as const
const Form = Type.Object({
  [FILE_FIELD]: Type.String({ format: 'binary', description: 'JPEG, PNG, GIF, WebP or AVIF.' }),
})

type Told = Exclude<PictureFailure, { retryAfterSeconds: number }>['code']
type Failure =
  | { code: Told | 'invalid_input' | 'signed_out' }
  | { code: 'pictures_busy'; retryAfterSeconds: number }
const setProblems: Problems<Failure> = {
  ...signedOut,
  pictures_busy: { status: 503, message: 'Too many pictures are on their way. Try again in a few seconds.' },
  picture_too_large: { status: 413, message: 'The picture is too large.' },
  picture_too_slow: { status: 408, message: 'That took too long.' },
  invalid_input: { status: 400, message: 'Send a form with the picture in the field `file`.' },
  picture_not_supported: { status: 415, message: 'This is no picture. Take a JPEG, PNG, GIF, WebP or AVIF.' },
  picture_broken: { status: 422, message: 'The picture cannot be read: it is broken.' },
}
const removeProblems: Problems<RemovePictureFailure> = {
  no_picture: { status: 404, message: 'There is no picture.' },
}

export function pictureRoutes(fastify: FastifyInstance, context: AppContext): void {
  uploadRoutes(fastify, (scope) => {
    for (const [name, image] of Object.entries(IMAGES)) setRoute(scope, context, name, image)
  })
  for (const [name, image] of Object.entries(IMAGES)) removeRoute(fastify, context, name, image)
}

function setRoute(scope: FastifyInstance, context: AppContext, name: string, image: AccountImage): void {
  const { engine, app } = context
  scope.put(
    `/account/${name}`,
    {
      config: { access: 'session', uploadBytesMax: imageBytesMax[image] },
      schema: {
        summary: `Set my ${name}`,
        description: `A form of ${imageBytesMax[image] >> 20} MiB at most.`,
        tags,
        consumes: ['multipart/form-data'],
        form: Form,
        response: responsesWith({ 200: AccountAnswer }, setProblems),
      },
    },
    async (request, reply) => {
      const upload = uploadOf(request, reply)
      if (!upload.ok) return sendProblem(reply, setProblems, told(upload.failure))
      const change = { ...changeOf(context, request, image), bytes: upload.value }
      const result = await setAccountPicture(engine, change)
      return result.ok
        ? { account: toAccount(app, result.value) }
        : sendProblem(reply, setProblems, told(result.failure))
    },
  )
}

/** It is one to people whether the form or what became of it was too large. */
function told(failure: UploadFailure | SetPictureFailure): Failure {
  switch (failure.code) {
    case 'uploads_busy':
      return { ...failure, code: 'pictures_busy' }
    case 'upload_too_large':
      return { code: 'picture_too_large' }
    case 'upload_too_slow':
      return { code: 'picture_too_slow' }
    case 'upload_broken':
      return { code: 'invalid_input' }
    case 'upload_empty':
      return { code: 'picture_broken' }
    case 'account_gone':
      return { code: 'signed_out' }
    default:
      return failure
  }
}

function removeRoute(fastify: FastifyInstance, context: AppContext, name: string, image: AccountImage): void {
  const { engine, app } = context
  fastify.delete(
    `/account/${name}`,
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: `Remove my ${name}`,
        tags,
        response: responsesWith({ 200: AccountAnswer }, { ...signedOut, ...removeProblems }),
      },
    },
    async (request, reply) => {
      const result = await removeAccountPicture(engine, changeOf(context, request, image))
      return result.ok
        ? { account: toAccount(app, result.value) }
        : sendProblem(reply, removeProblems, result.failure)
    },
  )
}

function changeOf({ realm, clientOf }: AppContext, request: FastifyRequest, image: AccountImage) {
  return { realm, client: clientOf(request), accountId: signedInOf(request).account.id, image }
}
