import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { PAGE_HEADERS } from './http/page-headers.ts'

export const WEB_FOLDER = join(import.meta.dirname, '..', 'web', 'dist')
const YEAR_SECONDS = 365 * 24 * 3600

/** The web app: its files, and its one page for every address that is no file and no API. */
export function servePages(fastify: FastifyInstance, folder = WEB_FOLDER): void {
  const index = join(folder, 'index.html')
  if (!existsSync(index)) {
    fastify.setNotFoundHandler((_request, reply) => {
      reply
        .code(404)
        .type('text/plain; charset=utf-8')
        .send('There is nothing here. The web app is not built: npm start builds it.\n')
    })
    return
  }
  const page = readFileSync(index)
  fastify.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      if (/\.html(\.\w+)?$/.test(path))
        for (const [name, value] of Object.entries(PAGE_HEADERS)) response.header(name, value)
      const isHashed = path.startsWith(join(folder, 'assets/'))
      response.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
    },
  })
  fastify.setNotFoundHandler((request, reply) => {
    const wantsPage = /^(GET|HEAD)$/.test(request.method) && !/\.\w+$/.test(request.url.split('?')[0] ?? '')
    if (!wantsPage) {
      reply.code(404).type('text/plain; charset=utf-8').send('There is nothing here.\n')
      return
    }
    reply
      .headers(PAGE_HEADERS)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page)
  })
}
