import type { Contract } from '../contract.ts'
import { changePasswordRoute } from './change-password.ts'
import { salonCredential } from './credential.ts'
import { deviceRoutes } from './device.ts'
import { forgotPasswordRoute } from './forgot-password.ts'
import { loginRoute } from './login.ts'
import { logoutRoute } from './logout.ts'
import { renderProblem } from './problems.ts'
import { refreshRoute } from './refresh.ts'
import { registerRoute } from './register.ts'
import { resetPasswordRoute } from './reset-password.ts'
import { setupRoutes } from './setup.ts'
import { usersRoute } from './users.ts'

const HOUR_SECONDS = 3_600

/** Staff accounts of one salon, web and mobile. What the page says stands in README.md beside this file. */
export const salon: Contract = {
  name: 'salon',
  title: 'Salon',
  summary:
    'Staff accounts: bearer tokens of 8 hours, refresh tokens for phones, accounts made by an administrator.',
  realmDefaults: {
    // The document has no second step.
    secondFactor: false,
    title: 'Salon',
    // Accounts are made by an administrator, the first one by set-up.
    signUp: 'closed',
    hasPlace: true,
    emailCodeSignIn: false,
    sessionLifetimeSeconds: 8 * HOUR_SECONDS,
    accessTokenLifetimeSeconds: 8 * HOUR_SECONDS,
    refreshTokenLifetimeSeconds: 30 * 24 * HOUR_SECONDS,
    recovery: { lifetimeSeconds: HOUR_SECONDS, throttleSeconds: 60, sentPerDayMax: 5, pendingMax: 3 },
    // The document promises eight characters and no more; a realm may ask for more.
    password: { lengthMin: 8, lengthMax: 128, refuseCommon: false },
  },
  credential: salonCredential,
  bodyBytesMax: 100_000,
  renderProblem,
  routes(fastify, context) {
    loginRoute(fastify, context)
    logoutRoute(fastify, context)
    refreshRoute(fastify, context)
    registerRoute(fastify, context)
    forgotPasswordRoute(fastify, context)
    resetPasswordRoute(fastify, context)
    changePasswordRoute(fastify, context)
    usersRoute(fastify, context)
    deviceRoutes(fastify, context)
    setupRoutes(fastify, context)
  },
}
