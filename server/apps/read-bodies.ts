import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseFirstValue, parseJsonBody } from '../http/json-body.ts'
import type { Mount } from './mount.ts'
import { ProblemError } from './tell-problems.ts'

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i

/** JSON, by its content type or by none; no other type, so that no form of another site can post here. */
export function readBodies(scope: FastifyInstance, { contract }: Mount): void {
  scope.addHook('onRoute', (route) => {
    route.bodyLimit = contract.bodyBytesMax
    if (route.config?.ignoresBody) route.onRequest = [route.onRequest ?? [], forgetBodyType].flat()
  })
  scope.removeAllContentTypeParsers()
  const bodyLimit = contract.bodyBytesMax
  scope.addContentTypeParser<string>('*', { parseAs: 'string', bodyLimit }, (request, text, done) => {
    if (request.routeOptions.config.ignoresBody) return done(null, undefined)
    const type = request.headers['content-type']
    const isSaidToBe = type === undefined ? !contract.readOtherBody : JSON_TYPE.test(type)
    const isJson = isSaidToBe || contract.isBodyLenient === true
    if (!isJson && contract.readOtherBody) {
      return done(null, text === '' ? undefined : contract.readOtherBody(text, type))
    }
    if (!isJson) {
      return done(new ProblemError({ code: 'unsupported_media_type' }))
    }
    if (text === '') return done(null, undefined)
    const parsed = contract.isBodyLenient ? parseFirstValue(text) : parseJsonBody(text)
    if (parsed.ok) return done(null, parsed.value)
    if (parsed.code === 'not_json') return done(new ProblemError({ code: 'not_json', text }))
    return done(new ProblemError({ code: 'invalid_input', source: 'payload', fields: {} }))
  })
}

/** Else a type that is none would be refused before anybody could ignore it. */
function forgetBodyType(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  delete request.headers['content-type']
  done()
}
