import { crmCallBucket, crmSignInBucket } from '../../engine/limits/rules.ts'
import type { Contract } from '../contract.ts'
import { activityRoutes } from './activities.ts'
import { adminUsersRoutes } from './admin-users.ts'
import { changePasswordRoute } from './change-password.ts'
import { checkPasswordStrengthRoute } from './check-password-strength.ts'
import { contactListRoutes } from './contact-lists.ts'
import { contactRoutes } from './contacts.ts'
import { crmCredential } from './credential.ts'
import { keepFirstOfEach, usernamePolicy } from './fields.ts'
import { loginRoute } from './login.ts'
import { logoutRoute } from './logout.ts'
import { noteRoutes } from './notes.ts'
import { oidcConfigRoute } from './oidc-config.ts'
import { passwordResetRoutes } from './password-reset.ts'
import { renderProblem } from './problems.ts'
import { registerRoute } from './register.ts'
import { relationshipRoutes } from './relationships.ts'
import { reminderRoutes } from './reminders.ts'
import { triggerRemindersRoute } from './trigger-reminders.ts'
import { usersRoutes } from './users.ts'

const MIB = 1024 * 1024

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Somebody may be guessing here: counts in the smaller bucket of the caller's address. */
    isGuess?: boolean
  }
}

/** A personal address book with a memory. What the page says stands in README.md beside this file. */
export const crm: Contract = {
  name: 'crm',
  title: 'CRM',
  summary: 'A personal address book: contacts, relationships, notes, activities and reminders.',
  realmDefaults: {
    title: 'Contacts',
    // The document has no second step, and no code by mail.
    secondFactor: false,
    emailCodeSignIn: false,
    // The document reckons by itself; a realm may ask for more.
    password: { lengthMin: 8, lengthMax: 128, refuseCommon: false },
    ...usernamePolicy,
    recovery: { replacesEarlier: true },
  },
  credential: crmCredential,
  sessionClaims: ({ id, username }) => ({ authorized: true, username: username ?? '', user_id: id }),
  isBodyLenient: true,
  redirectsSlash: true,
  hidesHead: true,
  bodyBytesMax: 10 * MIB,
  renderProblem,
  admit(request, { engine, realm, clientOf }) {
    const { access, isGuess = false } = request.routeOptions.config ?? {}
    if (!isGuess && access !== 'session' && access !== 'admin') return undefined
    const bucket = isGuess ? crmSignInBucket : crmCallBucket
    return engine.limits.draw(bucket, `${realm.id} ${clientOf(request).addressBlock}`)
  },
  markAnswer(_request, reply) {
    reply.header('x-frame-options', 'DENY')
    reply.header('referrer-policy', 'strict-origin-when-cross-origin')
  },
  routes(fastify, context) {
    fastify.addHook('preValidation', keepFirstOfEach)
    registerRoute(fastify, context)
    loginRoute(fastify, context)
    logoutRoute(fastify, context)
    checkPasswordStrengthRoute(fastify)
    passwordResetRoutes(fastify, context)
    oidcConfigRoute(fastify)
    usersRoutes(fastify, context)
    changePasswordRoute(fastify, context)
    adminUsersRoutes(fastify, context)
    contactListRoutes(fastify, context)
    contactRoutes(fastify, context)
    relationshipRoutes(fastify, context)
    noteRoutes(fastify, context)
    activityRoutes(fastify, context)
    reminderRoutes(fastify, context)
    triggerRemindersRoute(fastify, context)
  },
}
