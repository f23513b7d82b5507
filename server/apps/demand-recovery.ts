import type { onRequestHookHandler } from 'fastify'
import type { GeneralProblem } from '../../contracts/contract.ts'
import { readCredential } from '../../contracts/credential.ts'
import { lookAtRecovery } from '../../engine/authenticators/complete-recovery.ts'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import type { Mount } from './mount.ts'
import { sendGeneralProblem } from './tell-problems.ts'

/** Only the token of a recovery link: a session, which whoever picks up a device has, sets no password. */
export function demandRecovery(mount: Mount): onRequestHookHandler {
  const { contract, context } = mount
  const { engine, realm, app } = context
  return (request, reply, done) => {
    const token = readCredential(request, app, contract.credential)
    if (token === undefined) return sendGeneralProblem(mount, request, reply, { code: 'signed_out' })
    const who = { realm, app: app.name, token }
    const look = async (): Promise<GeneralProblem | undefined> => {
      const found = await lookAtRecovery(engine, who)
      if (found.ok) {
        request.signedIn = found.value.signedIn
        request.recoverySecret = found.value.secret
        return undefined
      }
      if (found.failure.code === 'account_disabled') return found.failure
      const signedIn = await authenticate(engine, who)
      if (signedIn.ok) return { code: 'forbidden' }
      return signedIn.failure.code === 'account_disabled' ? signedIn.failure : found.failure
    }
    look().then(
      (problem) => (problem ? sendGeneralProblem(mount, request, reply, problem) : done()),
      (error: Error) => done(error),
    )
  }
}
