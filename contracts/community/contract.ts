import type { Contract } from '../contract.ts'
import { setAnonymousCookie } from './anonymous-cookie.ts'
import { communityCredential } from './credential.ts'
import { healthRoute } from './health.ts'
import { renderProblem } from './problems.ts'

const HOUR_SECONDS = 3_600
const MIB = 1024 * 1024

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
  },
  credential: communityCredential,
  tellsMethods: true,
  bodyBytesMax: 8 * MIB,
  renderProblem,
  markAnswer: setAnonymousCookie,
  docs: { documentPath: '/swagger.json' },
  routes(fastify) {
    healthRoute(fastify)
  },
}
