import type { Contract } from '../contract.ts'
import { demandCsrfToken } from './csrf-token.ts'
import { deleteAccountRoute } from './delete-account.ts'
import { forgotPasswordRoute } from './forgot-password.ts'
import { healthRoute } from './health.ts'
import { loginRoute } from './login.ts'
import { logoutRoute } from './logout.ts'
import { meRoute } from './me.ts'
import { oauthRoutes, returnUrl } from './oauth.ts'
import { renderProblem } from './problems.ts'
import { providersRoute } from './providers.ts'
import { registerRoute } from './register.ts'
import { resetPasswordRoute } from './reset-password.ts'
import { sendCodeRoute } from './send-code.ts'
import { COOKIE } from './session-cookie.ts'
import { verifyCodeRoute } from './verify-code.ts'

const WEEK_SECONDS = 7 * 24 * 3600

/** Cookie sessions, by password and by e-mail code. What the page says stands in README.md beside this file. */
export const starter: Contract = {
  name: 'starter',
  title: 'Starter',
  summary: 'Cookie sessions: sign up and sign in with a password or a code by e-mail.',
  realmDefaults: {
    // The document has no second step.
    secondFactor: false,
    title: 'Starter',
    sessionLifetimeSeconds: WEEK_SECONDS,
    // The document promises 8 to 128 characters and no more; a realm may ask for more.
    password: { lengthMin: 8, lengthMax: 128, refuseCommon: false },
  },
  credential: { cookie: () => COOKIE, isBearerTaken: false },
  bodyBytesMax: 1_048_576,
  renderProblem,
  providerReturnUrlOf: (app) => returnUrl({ app }, '{provider}'),
  routes(fastify, context) {
    if (context.settings.isCsrfTokenDue) demandCsrfToken(fastify, context)
    healthRoute(fastify, context)
    registerRoute(fastify, context)
    loginRoute(fastify, context)
    sendCodeRoute(fastify, context)
    verifyCodeRoute(fastify, context)
    logoutRoute(fastify, context)
    meRoute(fastify, context)
    providersRoute(fastify, context)
    oauthRoutes(fastify, context)
    forgotPasswordRoute(fastify, context)
    resetPasswordRoute(fastify, context)
    deleteAccountRoute(fastify, context)
  },
}
