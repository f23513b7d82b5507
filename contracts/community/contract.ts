import type { Contract } from '../contract.ts'
import { userImagesRoute } from '../user-images.ts'
import { actionLogsRoute } from './action-logs.ts'
import { setAnonymousCookie } from './anonymous-cookie.ts'
import { changeEmailRoutes } from './change-email.ts'
import { changePasswordRoute } from './change-password.ts'
import { communityCredential } from './credential.ts'
import { eventstreamRoute } from './eventstream.ts'
import { forgotPasswordRoutes } from './forgot-password.ts'
import { healthRoute } from './health.ts'
import { imageRoutes } from './images.ts'
import { loginRoute } from './login.ts'
import { logoutRoute } from './logout.ts'
import { meRoutes } from './me.ts'
import { oauthConnectionRoutes } from './oauth-connections.ts'
import { oauthSignInRoutes } from './oauth-sign-in.ts'
import { renderProblem } from './problems.ts'
import { profileRoutes } from './profiles.ts'
import { registerRoute } from './register.ts'
import { reservedHandles } from './reserved-handles.ts'
import { searchRoute } from './search.ts'
import { totpRoutes } from './totp.ts'
import { verifyEmailRoutes } from './verify-email.ts'

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3_600
const MIB = 1024 * 1024
const ALERT = 'Security alert'

/** Members of a site, and what they do in public. What the page says stands in README.md beside this file. */
export const community: Contract = {
  name: 'community',
  title: 'Community',
  summary: 'Members of a community: a session cookie, public profiles and search, a second step by TOTP.',
  realmDefaults: {
    title: 'Community',
    emailCodeSignIn: false,
    sessionLifetimeSeconds: 720 * HOUR_SECONDS,
    sessionIdleSeconds: 168 * HOUR_SECONDS,
    // The document promises a length and no more; a realm may ask for more.
    password: { lengthMin: 8, lengthMax: 128, refuseCommon: false },
    usernameLengthMin: 3,
    usernameLengthMax: 20,
    usernameForm: 'underscored',
    reservedUsernames: reservedHandles,
    hasProfiles: true,
    confirmationLifetimeSeconds: 60 * MINUTE_SECONDS,
    confirmationReplacesEarlier: false,
    emailChangeLifetimeSeconds: 15 * MINUTE_SECONDS,
    // Several links may be good at once, and one may be asked for at once again.
    recovery: { lifetimeSeconds: 15 * MINUTE_SECONDS, throttleSeconds: 0, replacesEarlier: false },
    mailSubjects: {
      confirm_email: 'Verify your email',
      recovery_link: 'Reset your password',
      confirm_email_change: 'Confirm your email change',
      password_changed: ALERT,
      email_change_asked: ALERT,
      email_changed: ALERT,
      totp_disabled: ALERT,
      provider_linked: ALERT,
      provider_unlinked: ALERT,
    },
  },
  credential: communityCredential,
  tellsMethods: true,
  bodyBytesMax: 8 * MIB,
  renderProblem,
  markAnswer: setAnonymousCookie,
  docs: { documentPath: '/swagger.json' },
  providerReturnUrlOf: ({ providerReturnUrl }) => providerReturnUrl,
  routes(fastify, context) {
    healthRoute(fastify)
    loginRoute(fastify, context)
    logoutRoute(fastify, context)
    verifyEmailRoutes(fastify, context)
    forgotPasswordRoutes(fastify, context)
    changePasswordRoute(fastify, context)
    changeEmailRoutes(fastify, context)
    oauthSignInRoutes(fastify, context)
    oauthConnectionRoutes(fastify, context)
    totpRoutes(fastify, context)
    registerRoute(fastify, context)
    profileRoutes(fastify, context)
    meRoutes(fastify, context)
    imageRoutes(fastify, context)
    userImagesRoute(fastify, context)
    searchRoute(fastify, context)
    actionLogsRoute(fastify, context)
    eventstreamRoute(fastify, context)
  },
}
