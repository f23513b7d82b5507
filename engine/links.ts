import { OPERATORS_REALM, type Realm } from './realm.ts'

/*
 * Where mails point to. Secrets stand in the fragment, which browsers keep to themselves: it reaches no server
 * log, no proxy and no other site. The origin is the configured one, never the request's.
 */

export function confirmEmailLink(publicUrl: string, realm: Realm, token: string): string {
  return `${publicUrl}/confirm-email?realm=${realm.name}#${token}`
}

export function recoveryLink(publicUrl: string, realm: Realm, token: string): string {
  return `${publicUrl}/reset-password?realm=${realm.name}#${token}`
}

export function askRecoveryLink(publicUrl: string, realm: Realm): string {
  return `${publicUrl}/forgot-password?realm=${realm.name}`
}

export function invitationLink(publicUrl: string, realm: Realm, token: string): string {
  return `${pagesOf(publicUrl, realm)}/sign-up#${token}`
}

export function signInLink(publicUrl: string, realm: Realm): string {
  return `${pagesOf(publicUrl, realm)}/sign-in`
}

export function accountLink(publicUrl: string, realm: Realm): string {
  return `${pagesOf(publicUrl, realm)}/account`
}

/** Where a provider sends people back to, on our own page: one address for each, so that no other can answer in its place. */
export function providerReturnLink(publicUrl: string, realm: Pick<Realm, 'name'>, provider: string): string {
  return `${pagesOf(publicUrl, realm)}/sign-in/with/${provider}`
}

/** Each realm has its pages; those of the operators' own stand at the root. */
function pagesOf(publicUrl: string, realm: Pick<Realm, 'name'>): string {
  return realm.name === OPERATORS_REALM ? publicUrl : `${publicUrl}/realms/${realm.name}`
}
