import type { Generated } from 'kysely'
import type { Json, Millis } from './columns.ts'
import type { ContactsSchema } from './contacts-schema.ts'

/*
 * One schema for both databases. Instants (`…_at`) are UNIX milliseconds in UTC; `…_key` is the normalised
 * form that decides who is who; `…_hash` is a digest; `…_sealed` is encrypted under a key from SECRET.
 */

export interface Schema extends ContactsSchema {
  realm: RealmTable
  account: AccountTable
  account_word: AccountWordTable
  email_claim: EmailClaimTable
  password: PasswordTable
  session: SessionTable
  refresh_token: RefreshTokenTable
  one_time_secret: OneTimeSecretTable
  oauth_identity: OauthIdentityTable
  totp: TotpTable
  recovery_code: RecoveryCodeTable
  passkey: PasskeyTable
  api_token: ApiTokenTable
  invitation_token: InvitationTokenTable
  push_device: PushDeviceTable
  signing_key: SigningKeyTable
  action_log: ActionLogTable
  outbox: OutboxTable
  rate_limit: RateLimitTable
  picture: PictureTable
}

/** A directory of accounts; what its policy is stands in the configuration, what became of it stands here. */
export interface RealmTable {
  id: Generated<number>
  name: string
  created_at: Millis
  /** Set by the one first-run set-up that won. */
  set_up_at: Millis | null
  /** What set-up asked about the place itself: a salon's name, contact, opening hours. */
  profile: Json<Record<string, unknown>>
}

/** A deleted account stays as a row without a person in it, so that neither id nor username is given out again. */
export interface AccountTable {
  id: Generated<number>
  uid: string
  realm_id: number
  username: string | null
  username_key: string | null
  name: string | null
  bio: string | null
  role: string
  tier: number
  language: string | null
  /** What they show, as `content_hash` of a picture. */
  profile_image: string | null
  banner_image: string | null
  /** Preferences that single contracts keep with an account: date format, custom field names, alerts. */
  extra: Json<Record<string, unknown>>
  referrer_id: number | null
  disabled_at: Millis | null
  /** Its owner closed it: from then on it may be erased. */
  erase_at: Millis | null
  deleted_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

/** One of the words by which an account is looked for. */
export interface AccountWordTable {
  account_id: number
  realm_id: number
  word: string
  /** Of the public profile; the words of addresses are for admins. */
  is_public: boolean
}

/** That an account says an e-mail address is its own; `proved_at` when it was shown to be. */
export interface EmailClaimTable {
  id: Generated<number>
  realm_id: number
  account_id: number
  address: string
  address_key: string
  is_primary: boolean
  /** The browser that made the claim (the digest of its device cookie). */
  device_hash: Uint8Array | null
  proved_at: Millis | null
  proof: string | null
  created_at: Millis
}

export interface PasswordTable {
  account_id: number
  /** A PHC string: argon2id of ours, or bcrypt, scrypt, PBKDF2 of people who came from elsewhere. */
  phc: string
  set_at: Millis
  /** A temporary password dies then. */
  expires_at: Millis | null
  change_due: boolean
}

export interface SessionTable {
  id: string
  realm_id: number
  account_id: number
  app: string
  /** Digest of an opaque token; null where the credential is a JWT that carries the id. */
  token_hash: Uint8Array | null
  /** How it was opened: `password`, `email_code`, `setup`, … */
  method: string
  user_agent: string | null
  address: string | null
  /** The person asked to stay signed in when the browser closes. */
  is_persistent: boolean
  created_at: Millis
  last_used_at: Millis
  expires_at: Millis
  idle_expires_at: Millis | null
}

export interface RefreshTokenTable {
  id: Generated<number>
  session_id: string
  account_id: number
  token_hash: Uint8Array
  created_at: Millis
  expires_at: Millis
  rotated_at: Millis | null
}

/** Whatever may be used once: codes, links, states, challenges. Spent by one statement. */
export interface OneTimeSecretTable {
  id: Generated<number>
  realm_id: number
  purpose: string
  account_id: number | null
  /** What it is about where there is no account yet: an address key, a browser. */
  subject: string | null
  secret_hash: Uint8Array
  payload: Json<Record<string, unknown>>
  attempts: number
  attempts_max: number
  created_at: Millis
  expires_at: Millis
  spent_at: Millis | null
}

export interface OauthIdentityTable {
  id: Generated<number>
  realm_id: number
  account_id: number
  provider: string
  provider_subject: string
  email: string | null
  created_at: Millis
}

export interface TotpTable {
  account_id: number
  secret_sealed: Uint8Array
  enabled_at: Millis | null
  /** The last time step that opened something; that one and earlier ones are refused. */
  last_step: number
  created_at: Millis
}

export interface RecoveryCodeTable {
  id: Generated<number>
  account_id: number
  code_hash: Uint8Array
  created_at: Millis
}

export interface PasskeyTable {
  id: Generated<number>
  realm_id: number
  account_id: number
  credential_id: string
  public_key: Uint8Array
  sign_count: number
  transports: Json<string[]>
  name: string
  is_backed_up: boolean
  created_at: Millis
  last_used_at: Millis | null
}

/** A personal access token of our own API. */
export interface ApiTokenTable {
  id: Generated<number>
  account_id: number
  name: string
  token_hash: Uint8Array
  scopes: Json<string[]>
  created_at: Millis
  last_used_at: Millis | null
  expires_at: Millis | null
}

/** What an account hands to people it invites; never a credential. */
export interface InvitationTokenTable {
  id: Generated<number>
  realm_id: number
  account_id: number
  token_hash: Uint8Array
  token_sealed: Uint8Array
  uses: number
  uses_max: number
  created_at: Millis
  expires_at: Millis
}

export interface PushDeviceTable {
  id: Generated<number>
  realm_id: number
  account_id: number
  token: string
  platform: string
  created_at: Millis
  updated_at: Millis
}

export interface SigningKeyTable {
  id: string
  realm_id: number
  algorithm: string
  private_key_sealed: Uint8Array
  public_jwk: Json<Record<string, unknown>>
  created_at: Millis
  /** Signs until then; verifies until the last token signed with it has expired. */
  signs_until: Millis
  verifies_until: Millis
}

export interface ActionLogTable {
  id: Generated<number>
  uid: string
  realm_id: number
  app: string | null
  action: string
  /** Who did it, and to whom; the same account in most entries. */
  actor_id: number | null
  account_id: number | null
  address: string | null
  user_agent: string | null
  request_id: string | null
  detail: Json<Record<string, unknown>>
  /** What a public log and its stream tell of it, if a realm publishes that. */
  public_code: string | null
  created_at: Millis
}

export interface OutboxTable {
  id: Generated<number>
  realm_id: number
  account_id: number | null
  recipient: string
  kind: string
  /** Subject, text and HTML. They hold codes and links, so they are encrypted, and dropped once sent. */
  content_sealed: Uint8Array | null
  attempts: number
  next_attempt_at: Millis
  leased_until: Millis
  sent_at: Millis | null
  failed_at: Millis | null
  last_error: string | null
  created_at: Millis
}

export interface RateLimitTable {
  key: string
  count: number
  resets_at: Millis
}

/** A file of the store, and what it holds. The row is there before the file, and after it. */
export interface PictureTable {
  file_key: string
  realm_id: number
  /** What kind of thing uses it; other kinds never share its file. */
  room: string
  /** SHA-256 of the file, in hex. */
  content_hash: string
  bytes: number
  created_at: Millis
  /** From then on somebody has to look whether it is used at all. */
  doubted_at: Millis | null
  /** It is used no more, and its file is about to go. */
  removed_at: Millis | null
}
