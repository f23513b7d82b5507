import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  type AccountImage,
  imageBytesMax,
  type RemovePictureFailure,
  removeAccountPicture,
  type SetPictureFailure,
  setAccountPicture,
} from '../../engine/accounts/account-picture.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { FILE_FIELD, type UploadFailure, uploadOf, uploadRoutes } from '../uploads.ts'
import { imageUrl } from '../user-images.ts'
import {
  badRequest,
  notFound,
  type Problems,
  responsesWith,
  sendProblem,
  session,
  unauthorized,
} from './problems.ts'

const tags = ['Users']
const IMAGES = { 'profile-image': 'profileImage', 'banner-image': 'bannerImage' } as const
const Request = Type.Object({
  [FILE_FIELD]: Type.String({ format: 'binary', description: 'JPEG, PNG, GIF, WebP or AVIF.' }),
})
const Answer = Type.Object({ image_url: Type.String() })

const tooLarge = {
  status: 413,
  code: 'FILE_TOO_LARGE',
  details: 'The file, or what becomes of it, is too large.',
}
const busy = {
  status: 503,
  code: 'file:processing_unavailable',
  details: 'Too many pictures are on their way.',
}
const tooSlow = { status: 408, code: 'file:processing_timeout', details: 'That took too long.' }
const uploadProblems: Problems<UploadFailure | SetPictureFailure> = {
  uploads_busy: busy,
  upload_too_large: tooLarge,
  upload_too_slow: tooSlow,
  upload_broken: { ...badRequest, details: 'This is no multipart form with a file in the field `file`.' },
  upload_empty: { ...badRequest, details: 'The file is empty.' },
  picture_not_supported: {
    status: 415,
    code: 'file:unsupported_type',
    details: 'This is no picture that is taken.',
  },
  pictures_busy: busy,
  picture_broken: { ...badRequest, details: 'The picture cannot be read.' },
  picture_too_large: tooLarge,
  picture_too_slow: tooSlow,
  account_gone: unauthorized,
}
const removeProblems: Problems<RemovePictureFailure> = { no_picture: notFound }

export function imageRoutes(fastify: FastifyInstance, context: AppContext): void {
  uploadRoutes(fastify, (scope) => {
    for (const [path, image] of Object.entries(IMAGES)) setRoute(scope, context, path, image)
  })
  for (const [path, image] of Object.entries(IMAGES)) removeRoute(fastify, context, path, image)
}

function setRoute(scope: FastifyInstance, context: AppContext, path: string, image: AccountImage): void {
  const { engine } = context
  scope.post(
    `/v0/user/me/${path}`,
    {
      config: { access: 'session', uploadBytesMax: imageBytesMax[image] },
      schema: {
        summary: `Set my ${path.replace('-', ' ')}`,
        tags,
        consumes: ['multipart/form-data'],
        form: Request,
        response: responsesWith({ 201: Answer }, { ...session, ...uploadProblems }),
      },
    },
    async (request, reply) => {
      const upload = uploadOf(request, reply)
      if (!upload.ok) return sendProblem(reply, context, uploadProblems, upload.failure)
      const result = await setAccountPicture(engine, {
        ...changeOf(context, request, image),
        bytes: upload.value,
      })
      if (!result.ok) return sendProblem(reply, context, uploadProblems, result.failure)
      return reply.code(201).send({ image_url: imageUrl(context.app, result.value, image) ?? '' })
    },
  )
}

function removeRoute(fastify: FastifyInstance, context: AppContext, path: string, image: AccountImage): void {
  fastify.delete(
    `/v0/user/me/${path}`,
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: `Remove my ${path.replace('-', ' ')}`,
        tags,
        response: responsesWith({ 204: null }, { ...session, ...removeProblems }),
      },
    },
    async (request, reply): Promise<FastifyReply> => {
      const result = await removeAccountPicture(context.engine, changeOf(context, request, image))
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, removeProblems, result.failure)
    },
  )
}

function changeOf(context: AppContext, request: FastifyRequest, image: AccountImage) {
  const { realm } = context
  return { realm, client: context.clientOf(request), accountId: signedInOf(request).account.id, image }
}
