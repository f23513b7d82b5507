import type { onRequestHookHandler, RouteOptions } from 'fastify'
import type { GeneralProblem } from '../../contracts/contract.ts'
import { readBasic, readCredential } from '../../contracts/credential.ts'
import { lookAtRecovery } from '../../engine/authenticators/complete-recovery.ts'
import { authenticateByPassword } from '../../engine/authenticators/sign-in-with-password.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Realm } from '../../engine/realm.ts'
import { type Result, succeed } from '../../engine/result.ts'
import { authenticateApiToken, isApiToken } from '../../engine/sessions/api-token.ts'
import { authenticate, authenticateFromCache } from '../../engine/sessions/authenticate.ts'
import type { SignedIn } from '../../engine/sessions/session-cache.ts'
import type { Mount } from './mount.ts'
import { sendGeneralProblem } from './tell-problems.ts'

/** What a personal access token has to be good for. */
function scopeOf(access: 'session' | 'admin', { method }: RouteOptions): string {
  const isReading = [method].flat().every((one) => one === 'GET' || one === 'HEAD')
  return `${access === 'admin' ? 'admin' : 'account'}:${isReading ? 'read' : 'write'}`
}

/** A session, as the route asks for it; on routes that are open to it, the token of a recovery link. */
export function demandSession(
  mount: Mount,
  access: 'session' | 'admin',
  route: RouteOptions,
): onRequestHookHandler {
  const { contract, context } = mount
  const { engine, realm, app } = context
  const {
    isOpenBeforePasswordChange = false,
    isOpenToRecovery = false,
    isForPeopleOnly = false,
  } = route.config ?? {}
  const scope = scopeOf(access, route)
  const { areApiTokensTaken = false, isBasicTaken } = contract.credential
  const isBasicOn = isBasicTaken?.(context.settings) ?? false
  return (request, reply, done) => {
    const refuse = (problem: GeneralProblem): void => {
      if (isBasicOn && problem.code === 'credential_malformed') reply.header('www-authenticate', 'Basic')
      sendGeneralProblem(mount, request, reply, problem)
    }
    const enter = (signedIn: SignedIn): void => {
      if (access === 'admin' && signedIn.account.role !== 'admin') {
        refuse({ code: 'forbidden' })
        return
      }
      if (signedIn.account.isPasswordChangeDue && !isOpenBeforePasswordChange) {
        refuse({ code: 'password_change_due' })
        return
      }
      request.signedIn = signedIn
      done()
    }
    const enterLater = (looked: Promise<Result<SignedIn, GeneralProblem>>): void => {
      looked.then(
        (result) => (result.ok ? enter(result.value) : refuse(result.failure)),
        (error: Error) => done(error),
      )
    }
    const token = readCredential(request, app, contract.credential)
    if (token === undefined) {
      const basic = isBasicOn ? readBasic(request) : undefined
      if (basic === undefined) return refuse({ code: 'signed_out' })
      if (basic === 'malformed') return refuse({ code: 'credential_malformed' })
      enterLater(authenticateByPassword(engine, { realm, client: context.clientOf(request), ...basic }))
      return
    }
    if (areApiTokensTaken && isApiToken(token)) {
      enterLater(authenticateApiToken(engine, { realm, app: app.name, token, scope, isForPeopleOnly }))
      return
    }
    // A cookie that came twice is no token of ours, and is refused like any other that is none.
    const who = { realm, app: app.name, token }
    const known = authenticateFromCache(engine, who)
    if (known) return enter(known)
    enterLater(isOpenToRecovery ? authenticateOrLook(engine, who) : authenticate(engine, who))
  }
}

interface Who {
  realm: Realm
  app: string
  token: string
}

/** By a session's token, else by that of a recovery link. */
async function authenticateOrLook(engine: Engine, who: Who): Promise<Result<SignedIn, GeneralProblem>> {
  const signedIn = await authenticate(engine, who)
  if (signedIn.ok || signedIn.failure.code === 'account_disabled') return signedIn
  const found = await lookAtRecovery(engine, who)
  if (found.ok) return succeed(found.value.signedIn)
  return found.failure.code === 'account_disabled' ? found : signedIn
}
