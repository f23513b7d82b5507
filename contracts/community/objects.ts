import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import type { AppFacts } from '../contract.ts'
import { imageUrl } from '../user-images.ts'

const id = Type.String({ description: 'A UUID of version 7.' })
const handle = Type.String()
const display_name = Type.String()
const bio = Type.Optional(Type.String())
const image = Type.Optional(Type.String({ description: 'Its address, whole; left out when there is none.' }))
const is_verified = Type.Boolean({ description: 'Whether the address is.' })
const roles = Type.Optional(Type.Array(Type.String(), { description: '`admin`; left out when empty.' }))
const is_banned = Type.Boolean()
const created_at = Type.String({ description: 'RFC 3339, UTC.' })

export const MyProfile = Type.Object({
  id,
  email: Type.String(),
  handle,
  display_name,
  bio,
  profile_image: image,
  banner_image: image,
  is_verified,
  roles,
  is_banned,
  has_password: Type.Boolean(),
  created_at,
})

/** Never the address. */
export const PublicProfile = Type.Object({
  id,
  handle,
  display_name,
  bio,
  profile_image: image,
  banner_image: image,
  is_verified,
  roles,
  deactivated: Type.Boolean({ description: 'The account is shut.' }),
  is_banned,
  created_at,
})

export const FoundUser = Type.Object({ id, handle, display_name, bio, profile_image: image })

export function toMyProfile(app: AppFacts, account: Account): Static<typeof MyProfile> {
  return {
    ...shown(app, account),
    email: account.email ?? '',
    is_banned: false,
    has_password: account.hasPassword,
  }
}

/** Of an account that is shut the name alone, which stays taken. Why it is shut is nobody's business. */
export function toPublicProfile(app: AppFacts, account: Account): Static<typeof PublicProfile> {
  const deactivated = account.disabledAt !== null
  const { bio, profile_image, banner_image, roles, ...always } = shown(app, account)
  const alive = { bio, profile_image, banner_image, roles }
  return { ...always, ...(!deactivated && alive), deactivated, is_banned: false }
}

export function toFoundUser(app: AppFacts, account: Account): Static<typeof FoundUser> {
  const { id, handle, display_name, bio, profile_image } = shown(app, account)
  return { id, handle, display_name, bio, profile_image }
}

function shown(app: AppFacts, account: Account) {
  const { uid, username, name, bio, role, emailProvedAt, createdAt } = account
  return {
    id: uid,
    // Accounts that came by another document of the realm may have none.
    handle: username ?? '',
    display_name: name ?? username ?? '',
    bio: bio ?? undefined,
    profile_image: imageUrl(app, account, 'profileImage'),
    banner_image: imageUrl(app, account, 'bannerImage'),
    is_verified: emailProvedAt !== null,
    roles: role === 'admin' ? ['admin'] : undefined,
    created_at: new Date(createdAt).toISOString(),
  }
}
