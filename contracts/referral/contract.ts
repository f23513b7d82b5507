import type { Contract } from '../contract.ts'
import { changeNameRoute } from './change-name.ts'
import { changePasswordRoute } from './change-password.ts'
import { closeAccountRoute } from './close-account.ts'
import { createTokenRoute } from './create-token.ts'
import { OtherBody } from './form.ts'
import { loginRoute } from './login.ts'
import { meRoute } from './me.ts'
import { notificationsRoute } from './notifications.ts'
import { pingRoute } from './ping.ts'
import { renderProblem } from './problems.ts'
import { resetPasswordRoute } from './reset-password.ts'
import { sendOtpRoute } from './send-otp.ts'
import { sendResetLinkRoute } from './send-reset-link.ts'
import { signupRoute } from './signup.ts'
import { tokensRoute } from './tokens.ts'
import { usersRoutes } from './users.ts'
import { verifyOtpRoute } from './verify-otp.ts'
import { verifyTokenRoute } from './verify-token.ts'

const DAY_SECONDS = 86_400
const MINUTE_SECONDS = 60

/** Accounts that come by somebody's token alone. What the page says stands in README.md beside this file. */
export const referral: Contract = {
  name: 'referral',
  title: 'Referral',
  summary:
    'Accounts by invitation: bearer tokens of 7 days, sign-up with a token of somebody who has an account.',
  realmDefaults: {
    // The document has no second step.
    secondFactor: false,
    title: 'Referral',
    signUp: 'invitation',
    emailCodeSignIn: false,
    // The address is proved later, by a code that its owner asks for.
    mailsConfirmation: false,
    sessionLifetimeSeconds: 7 * DAY_SECONDS,
    // The document promises six characters and no more; a realm may ask for more.
    password: { lengthMin: 6, lengthMax: 100, refuseCommon: false },
    recovery: {
      lifetimeSeconds: 5 * MINUTE_SECONDS,
      throttleSeconds: 60,
      sentPerHourMax: 5,
      sentPerDayMax: 5 * 24,
      pendingMax: 5,
      replacesEarlier: true,
    },
    emailProof: {
      lifetimeSeconds: 5 * MINUTE_SECONDS,
      attemptsMax: 5,
      throttleSeconds: 30,
      sentPerDayMax: 10,
    },
    defaultAdmin: { username: 'admin', password: 'admin', name: 'Server Admin', tier: 2 },
  },
  credential: {
    cookie: null,
    isBearerTaken: true,
    isBasicTaken: ({ isBasicAuthOn }) => isBasicAuthOn,
  },
  sessionClaims: ({ role, tier }) => ({ scopes: [role, tier] }),
  isBodyReadFirst: true,
  readOtherBody: (text, contentType) => new OtherBody(text, contentType),
  tellsMethods: true,
  bodyBytesMax: 65_536,
  renderProblem,
  routes(fastify, context) {
    loginRoute(fastify, context)
    signupRoute(fastify, context)
    meRoute(fastify)
    changeNameRoute(fastify, context)
    changePasswordRoute(fastify, context)
    sendResetLinkRoute(fastify, context)
    resetPasswordRoute(fastify, context)
    sendOtpRoute(fastify, context)
    verifyOtpRoute(fastify, context)
    createTokenRoute(fastify, context)
    verifyTokenRoute(fastify, context)
    tokensRoute(fastify, context)
    closeAccountRoute(fastify, context)
    pingRoute(fastify)
    notificationsRoute(fastify, context)
    usersRoutes(fastify, context)
  },
}
