import type { FastifyInstance } from 'fastify'
import type { Account } from '../engine/accounts/account.ts'
import type { AccountImage } from '../engine/accounts/account-picture.ts'
import { PICTURE_TYPE } from '../engine/pictures/keep-picture.ts'
import { readPicture } from '../engine/pictures/read-picture.ts'
import type { AppContext, AppFacts } from './contract.ts'

const PATH = '/user-images'
const YEAR_SECONDS = 365 * 24 * 3600

const HEADERS = {
  'content-type': PICTURE_TYPE,
  // Its name is its content: what is there once never changes.
  'cache-control': `public, max-age=${YEAR_SECONDS}, immutable`,
  // Opened by itself it is a page of our origin, which nothing in it may make use of.
  'content-security-policy': "default-src 'none'; sandbox",
  'content-disposition': 'inline',
  // Pages of front ends on other origins show it.
  'cross-origin-resource-policy': 'cross-origin',
}

/** Where an account's picture is found, whole; undefined if it has none. */
export function imageUrl({ url }: AppFacts, account: Account, image: AccountImage): string | undefined {
  const hash = account[image]
  return hash === null ? undefined : `${url}${PATH}/${hash}.webp`
}

/** Serves the pictures of the realm's accounts to anybody, as the profiles that show them are. */
export function userImagesRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  fastify.get<{ Params: { file: string } }>(
    `${PATH}/:file`,
    { config: { access: 'public', isHidden: true } },
    async ({ params: { file }, headers }, reply) => {
      const [, hash = ''] = /^([0-9a-f]{64})\.webp$/.exec(file) ?? []
      const picture = await readPicture(engine, { realm, room: 'accounts', hash })
      if (!picture) return reply.callNotFound()
      const etag = `"${hash}"`
      // A cache that everybody shares keeps this answer: a cookie in it would be everybody's.
      reply.removeHeader('set-cookie').headers(HEADERS).header('etag', etag)
      if (headers['if-none-match'] === etag) {
        picture.content.destroy()
        return reply.code(304).send()
      }
      return reply.header('content-length', picture.bytes).send(picture.content)
    },
  )
}
