import type { BucketRule, LimitRule } from './limits.ts'

/*
 * The limits of the house. What fails is counted, not what succeeds; each key is an account or a caller's
 * address (IPv6 by /64), always with the realm in it.
 */

/** Wrong passwords and codes for one account, whatever name it was called by. */
export const failuresPerAccount: LimitRule = { name: 'failures_account', max: 15, windowSeconds: 900 }
/** Wrong passwords, codes and links from one address. */
export const failuresPerClient: LimitRule = { name: 'failures_client', max: 60, windowSeconds: 900 }
/** Accounts made from one address. */
export const signUpsPerClient: LimitRule = { name: 'sign_ups_client', max: 100, windowSeconds: 3_600 }
/** Mails asked for from one address, for whomever. */
export const mailsPerClient: LimitRule = { name: 'mails_client', max: 60, windowSeconds: 3_600 }
/** A code for one address is not sent again before the first has had time to arrive. */
export const codePause: LimitRule = { name: 'code_pause', max: 1, windowSeconds: 30 }
/** Sign-ins by passkey that were begun from one address: each leaves a row for a while, and open pages renew theirs. */
export const passkeyChallengesPerClient: LimitRule = {
  name: 'passkey_challenges_client',
  max: 600,
  windowSeconds: 3_600,
}

/** What the `crm` document promises a caller's address: sign-in and the like, and everything else. */
export const crmSignInBucket: BucketRule = { name: 'crm_auth', burst: 50, perSecond: 2 }
export const crmCallBucket: BucketRule = { name: 'crm_api', burst: 500, perSecond: 1 / 0.6 }

/** Ways to a provider that were begun from one address. */
export const providerStartsPerClient: LimitRule = {
  name: 'provider_starts_client',
  max: 100,
  windowSeconds: 900,
}
