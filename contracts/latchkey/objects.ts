import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import type { LoggedAction } from '../../engine/activity/log-tail.ts'
import { type Action, actions } from '../../engine/activity/record.ts'
import type { Connection } from '../../engine/authenticators/oauth/connections.ts'
import type { ProviderState } from '../../engine/authenticators/oauth/list-providers.ts'
import type { Passkey } from '../../engine/authenticators/passkey/add.ts'
import type { ListedMail } from '../../engine/mail/mailbox.ts'
import type { ApiToken } from '../../engine/sessions/api-token.ts'
import type { PushDevice } from '../../engine/sessions/push-device.ts'
import type { Session } from '../../engine/sessions/session.ts'
import type { AppContext, AppFacts } from '../contract.ts'
import { imageUrl } from '../user-images.ts'

const Millis = Type.Integer({ description: 'UNIX milliseconds, UTC.' })
// A list of types, not a union: the serializer then looks at the value once instead of trying each schema.
const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const NullableMillis = Type.Unsafe<number | null>({ ...Millis, type: ['integer', 'null'] })

export const AccountShape = Type.Object({
  uid: Type.String({ description: 'UUID, version 7.' }),
  email: NullableString,
  emailProvedAt: NullableMillis,
  username: NullableString,
  name: NullableString,
  bio: NullableString,
  picture: { ...NullableString, description: 'The address of the profile picture, whole.' },
  banner: NullableString,
  role: Type.String(),
  language: NullableString,
  createdAt: Millis,
  hasPassword: Type.Boolean(),
  passwordChangeDue: Type.Boolean({
    description: 'A temporary password has to be changed before anything else.',
  }),
})

export const AccountAnswer = Type.Object({ account: AccountShape })

export function toAccount(app: AppFacts, account: Account): Static<typeof AccountShape> {
  const { uid, email, emailProvedAt, username, name, bio, role, language, createdAt, hasPassword } = account
  const passwordChangeDue = account.isPasswordChangeDue
  return {
    uid,
    email,
    emailProvedAt,
    username,
    name,
    bio,
    picture: imageUrl(app, account, 'profileImage') ?? null,
    banner: imageUrl(app, account, 'bannerImage') ?? null,
    role,
    language,
    createdAt,
    hasPassword,
    passwordChangeDue,
  }
}

export const SessionShape = Type.Object({
  id: Type.String(),
  current: Type.Boolean({ description: 'The session of this very request.' }),
  method: Type.String({
    description: 'How it was opened: password, email_code, passkey, link, set_up, oauth:<provider>.',
  }),
  userAgent: NullableString,
  address: NullableString,
  createdAt: Millis,
  lastUsedAt: Millis,
})

export function toSession(session: Session, currentId: string): Static<typeof SessionShape> {
  const { id, method, userAgent, address, createdAt, lastUsedAt } = session
  return { id, current: id === currentId, method, userAgent, address, createdAt, lastUsedAt }
}

/** An account as administrators see it. */
export const AdminAccountShape = Type.Object({
  ...AccountShape.properties,
  realm: Type.String(),
  tier: Type.Integer(),
  referrerUid: NullableString,
  disabledAt: NullableMillis,
})

export function toAdminAccount(
  context: AppContext,
  account: Account,
  realm: string,
): Static<typeof AdminAccountShape> {
  const { tier, referrerUid, disabledAt } = account
  return { ...toAccount(appOf(context, realm), account), realm, tier, referrerUid, disabledAt }
}

/** Our API of an account's realm, which serves its pictures; admins of another one look at it, too. */
function appOf({ app, realm }: AppContext, name: string): AppFacts {
  return realm.name === name ? app : { ...app, url: `${app.url}/realms/${name}` }
}

export const InvitationShape = Type.Object({
  token: Type.String({ description: 'Ten letters and digits; opens sign-up and nothing else.' }),
  link: Type.String({ description: 'Our sign-up page with the invitation in it.' }),
  uses: Type.Integer(),
  usesMax: Type.Integer(),
  createdAt: Millis,
  expiresAt: Millis,
})

export const ApiTokenShape = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: Millis,
  lastUsedAt: NullableMillis,
  expiresAt: NullableMillis,
})

export function toApiToken({ accountId: _owner, ...token }: ApiToken): Static<typeof ApiTokenShape> {
  return token
}

export const PasskeyShape = Type.Object({
  id: Type.Integer(),
  credentialId: Type.String({ description: 'Base64url; how browsers and authenticators call it.' }),
  name: Type.String(),
  synced: Type.Boolean({ description: 'Kept in more places than one: it outlives the device.' }),
  createdAt: Millis,
  lastUsedAt: NullableMillis,
})

export function toPasskey(passkey: Passkey): Static<typeof PasskeyShape> {
  const { id, credentialId, name, isBackedUp: synced, createdAt, lastUsedAt } = passkey
  return { id, credentialId, name, synced, createdAt, lastUsedAt }
}

export const ConnectionShape = Type.Object({
  provider: Type.String(),
  title: Type.String(),
  email: { ...NullableString, description: 'As the provider told it when it was linked.' },
  createdAt: Millis,
  lastWayIn: Type.Boolean({ description: 'Nothing else opens the account: it cannot be taken off.' }),
})

export function toConnection({
  isLastWayIn: lastWayIn,
  ...rest
}: Connection): Static<typeof ConnectionShape> {
  return { ...rest, lastWayIn }
}

export const ProviderStateShape = Type.Object({
  name: Type.String(),
  title: Type.String(),
  url: Type.String(),
  clientId: Type.String(),
  answers: Type.Boolean({ description: 'It was asked just now.' }),
  trouble: {
    ...Type.Union([Type.Object({ at: Millis, words: Type.String() }), Type.Null()]),
    description: 'What last went wrong, since this process started.',
  },
})

export function toProviderState({
  isAnswering: answers,
  ...rest
}: ProviderState): Static<typeof ProviderStateShape> {
  return { ...rest, answers }
}

export const DeviceShape = Type.Object({
  id: Type.Integer(),
  platform: Type.String({ description: '`ios`, `android` or `web`.' }),
  createdAt: Millis,
  updatedAt: Millis,
})

/** Without the token: whoever has it can send messages to the device. */
export function toDevice({ id, platform, createdAt, updatedAt }: PushDevice): Static<typeof DeviceShape> {
  return { id, platform, createdAt, updatedAt }
}

export const MailShape = Type.Object({
  id: Type.Integer(),
  to: Type.String(),
  kind: Type.String({ description: 'What it is about: recovery_link, welcome, …' }),
  state: Type.Enum(['waiting', 'failed', 'sent', 'captured']),
  attempts: Type.Integer(),
  lastError: NullableString,
  createdAt: Millis,
  sentAt: NullableMillis,
  nextAttemptAt: NullableMillis,
})

export function toMail(mail: ListedMail): Static<typeof MailShape> {
  const { id, recipient: to, kind, attempts, lastError, createdAt, sentAt, failedAt } = mail
  const isWaiting = sentAt === null && failedAt === null
  // What was sent to a mail server keeps no content; what was captured is "sent" and keeps it.
  const done = mail.hasContent ? 'captured' : 'sent'
  const state = failedAt !== null ? 'failed' : isWaiting ? 'waiting' : done
  const nextAttemptAt = isWaiting ? mail.nextAttemptAt : null
  return { id, to, kind, state, attempts, lastError, createdAt, sentAt, nextAttemptAt }
}

const Person = Type.Union([Type.Object({ uid: Type.String(), name: NullableString }), Type.Null()])
export const LoggedActionShape = Type.Object({
  id: Type.Integer({ description: 'In the order in which entries were written.' }),
  uid: Type.String(),
  action: Type.Enum([...actions]),
  actor: { ...Person, description: 'Who did it; null: the server, or somebody unknown.' },
  account: { ...Person, description: 'Whom it is about.' },
  app: NullableString,
  address: NullableString,
  userAgent: NullableString,
  requestId: NullableString,
  detail: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Millis,
})

export function toLogged(entry: LoggedAction): Static<typeof LoggedActionShape> {
  const { id, uid, app, address, userAgent, requestId, detail, createdAt } = entry
  const { actorUid, actorName, accountUid, accountName } = entry
  return {
    id,
    uid,
    action: entry.action as Action,
    actor: actorUid === null ? null : { uid: actorUid, name: actorName },
    account: accountUid === null ? null : { uid: accountUid, name: accountName },
    app,
    address,
    userAgent,
    requestId,
    detail,
    createdAt,
  }
}
