import type { Contract } from '../contract.ts'
import { userImagesRoute } from '../user-images.ts'
import {
  changeAccountRoute,
  changeEmailRoute,
  changePasswordRoute,
  readAccountRoute,
  resendConfirmationRoute,
} from './account.ts'
import { adminAccountRoutes } from './admin-accounts.ts'
import { adminActivityRoutes } from './admin-activity.ts'
import { adminMailRoutes } from './admin-mail.ts'
import { adminProvidersRoute } from './admin-providers.ts'
import { adminRealmsRoute } from './admin-realms.ts'
import { adminReferralsRoute } from './admin-referrals.ts'
import { apiTokenRoutes } from './api-tokens.ts'
import { connectionRoutes } from './connections.ts'
import { latchkeyCredential } from './credential.ts'
import { deviceRoutes } from './devices.ts'
import { confirmEmailRoute, lookAtConfirmationRoute } from './email-confirmation.ts'
import { invitationRoutes } from './invitations.ts'
import { passkeyRoutes, passkeySignInRoutes } from './passkeys.ts'
import { passwordStrengthRoute } from './password-strength.ts'
import { pictureRoutes } from './pictures.ts'
import { placeRoutes } from './place.ts'
import { renderProblem } from './problems.ts'
import { providerSignInRoutes } from './provider-sign-in.ts'
import { askRecoveryRoute, completeRecoveryRoute } from './recovery.ts'
import { secondFactorRoutes, secondStepRoute } from './second-factor.ts'
import { sessionRoutes } from './sessions.ts'
import { setupRoute } from './setup.ts'
import { sendCodeRoute, signInWithPasswordRoute, verifyCodeRoute } from './sign-in.ts'
import { signOutRoute } from './sign-out.ts'
import { signUpRoute } from './sign-up.ts'
import { startRoute } from './start.ts'
import { usernameRoute } from './username.ts'

/** Our own API: what the web app speaks. What it promises stands in README.md beside this file. */
export const latchkey: Contract = {
  name: 'latchkey',
  title: 'Latchkey',
  summary: 'Our own API: sign-up, sign-in, account, sessions, administration.',
  realmDefaults: {},
  credential: latchkeyCredential,
  bodyBytesMax: 262_144,
  renderProblem,
  routes(fastify, context) {
    startRoute(fastify, context)
    setupRoute(fastify, context)
    signUpRoute(fastify, context)
    signInWithPasswordRoute(fastify, context)
    sendCodeRoute(fastify, context)
    verifyCodeRoute(fastify, context)
    secondStepRoute(fastify, context)
    passkeySignInRoutes(fastify, context)
    providerSignInRoutes(fastify, context)
    signOutRoute(fastify, context)
    askRecoveryRoute(fastify, context)
    completeRecoveryRoute(fastify, context)
    lookAtConfirmationRoute(fastify, context)
    confirmEmailRoute(fastify, context)
    passwordStrengthRoute(fastify, context)
    readAccountRoute(fastify, context)
    changeAccountRoute(fastify, context)
    usernameRoute(fastify, context)
    pictureRoutes(fastify, context)
    userImagesRoute(fastify, context)
    changePasswordRoute(fastify, context)
    changeEmailRoute(fastify, context)
    resendConfirmationRoute(fastify, context)
    sessionRoutes(fastify, context)
    secondFactorRoutes(fastify, context)
    passkeyRoutes(fastify, context)
    connectionRoutes(fastify, context)
    apiTokenRoutes(fastify, context)
    invitationRoutes(fastify, context)
    deviceRoutes(fastify, context)
    adminRealmsRoute(fastify, context)
    adminAccountRoutes(fastify, context)
    adminReferralsRoute(fastify, context)
    adminMailRoutes(fastify, context)
    adminProvidersRoute(fastify, context)
    adminActivityRoutes(fastify, context)
    placeRoutes(fastify, context)
  },
}
