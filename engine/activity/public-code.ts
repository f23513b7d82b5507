/** What a public log can tell. Which of them it does tell, its realm's policy says. */
export const publicCodes = [
  'user:create',
  'user:edit',
  'auth:login',
  'auth:logout',
  'auth:oauth_login',
  'oauth:link',
  'oauth:unlink',
  'post:create',
  'post:edit',
  'post:delete',
] as const

export type PublicCode = (typeof publicCodes)[number]

/** What a profile shows to everybody. A change of anything else is nobody's business. */
const publicFields = ['username', 'name', 'bio', 'profileImage', 'bannerImage'] as const
export type PublicField = (typeof publicFields)[number]

/**
 * The public code of an entry, if it can have one: what its subject would show anyone. Never that something failed, was
 * refused, or was done about a person by the house (disabled, deleted, sent a mail).
 */
export function publicCodeOf({
  action,
  accountId,
  actorId,
  detail,
}: {
  action: string
  accountId: number | null
  actorId: number | null
  detail: Record<string, unknown>
}): PublicCode | null {
  if (accountId === null) return null
  if (action === 'account.created') return 'user:create'
  if (action === 'account.changed') return publicFieldsIn(detail).length > 0 ? 'user:edit' : null
  if (actorId !== accountId) return null
  if (action === 'sign_in.succeeded') {
    return String(detail.method).startsWith('oauth') ? 'auth:oauth_login' : 'auth:login'
  }
  // One that ended by itself, or with the others, has a reason.
  if (action === 'session.ended') return Object.keys(detail).length === 0 ? 'auth:logout' : null
  if (action === 'oauth.linked') return 'oauth:link'
  if (action === 'oauth.unlinked') return 'oauth:unlink'
  return null
}

/** Which of the fields that `account.changed` tells of are shown to everybody. */
export function publicFieldsIn({ fields }: Record<string, unknown>): PublicField[] {
  const changed = typeof fields === 'string' ? fields.split(' ') : []
  return publicFields.filter((field) => changed.includes(field))
}
