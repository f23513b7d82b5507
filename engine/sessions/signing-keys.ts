import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, importJWK } from 'jose'
import { inTransaction, type Storage } from '../../storage/database.ts'
import { lockRealm } from '../../storage/realms.ts'
import { insertSigningKey, listSigningKeys } from '../../storage/signing-keys.ts'
import { type Clock, DAY_MS } from '../clock.ts'
import type { Realm } from '../realm.ts'
import type { Secrets } from '../secrets/secrets.ts'

export const SIGNING_ALGORITHM = 'ES256'
const SIGNS_DAYS = 90
/** Longer than any session may live, so that no live token outlasts its key. */
const VERIFIES_DAYS = SIGNS_DAYS + 400
/** An unknown key id may be another process's new key; look again, but not for every forged token. */
const RELOAD_PAUSE_MS = 1_000
const SEAL = 'signing_key'

export interface SigningKeys {
  /** The key that signs now; made when there is none, or the last one has done its time. */
  current(realm: Realm): Promise<{ id: string; privateKey: KeyObject }>
  /** The public key of that id, or nothing. */
  find(realm: Realm, id: string): Promise<CryptoKey | undefined>
  /** RFC 7517 §5: what others verify our tokens with. */
  jwks(realm: Realm): Promise<{ keys: Record<string, unknown>[] }>
}

interface LoadedKey {
  id: string
  privateKey: KeyObject
  publicKey: CryptoKey
  publicJwk: Record<string, unknown>
  signsUntil: number
  verifiesUntil: number
}

export function createSigningKeys({
  db,
  bus,
  clock,
  secrets,
}: Pick<Storage, 'db' | 'bus'> & { clock: Clock; secrets: Secrets }): SigningKeys {
  const byRealm = new Map<number, { keys: Promise<LoadedKey[]>; loadedAt: number }>()
  bus.subscribe(({ kind }) => {
    if (kind === 'keys_changed') byRealm.clear()
  })

  const load = (realm: Realm): Promise<LoadedKey[]> => {
    const keys = loadKeys(realm)
    byRealm.set(realm.id, { keys, loadedAt: clock.now() })
    keys.catch(() => byRealm.delete(realm.id))
    return keys
  }
  const loaded = (realm: Realm): Promise<LoadedKey[]> => byRealm.get(realm.id)?.keys ?? load(realm)

  const loadKeys = async (realm: Realm): Promise<LoadedKey[]> => {
    const now = clock.now()
    const records = await listSigningKeys(db, { realmId: realm.id, now })
    if (!records.some(({ signsUntil }) => signsUntil > now)) {
      await makeKey(realm)
      return loadKeys(realm)
    }
    return Promise.all(
      records.map(async ({ id, algorithm, privateKeySealed, publicJwk, signsUntil, verifiesUntil }) => ({
        id,
        privateKey: createPrivateKey(secrets.unseal(SEAL, privateKeySealed)),
        publicKey: (await importJWK(publicJwk, algorithm)) as CryptoKey,
        publicJwk,
        signsUntil,
        verifiesUntil,
      })),
    )
  }

  const makeKey = async (realm: Realm): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
    const id = randomUUID()
    const realmId = realm.id
    const privateKeySealed = secrets.seal(SEAL, await exportPKCS8(privateKey))
    const publicJwk = { ...(await exportJWK(publicKey)), kid: id, alg: SIGNING_ALGORITHM, use: 'sig' }
    await inTransaction(db, async (tx) => {
      // One at a time: of two processes that find no key at once, the second finds the first one's.
      await lockRealm(tx, realmId)
      const now = clock.now()
      const records = await listSigningKeys(tx, { realmId, now })
      if (records.some(({ signsUntil }) => signsUntil > now)) return
      await insertSigningKey(tx, {
        id,
        realmId,
        algorithm: SIGNING_ALGORITHM,
        privateKeySealed,
        publicJwk,
        createdAt: now,
        signsUntil: now + SIGNS_DAYS * DAY_MS,
        verifiesUntil: now + VERIFIES_DAYS * DAY_MS,
      })
    })
    bus.publish({ kind: 'keys_changed' })
  }

  return {
    async current(realm) {
      const signing = (keys: LoadedKey[]): LoadedKey | undefined =>
        keys.find(({ signsUntil }) => signsUntil > clock.now())
      const key = signing(await loaded(realm)) ?? signing(await load(realm))
      if (!key) throw new Error(`Realm ${realm.name} has no signing key.`)
      return key
    },
    async find(realm, id) {
      const wanted = (keys: LoadedKey[]): LoadedKey | undefined =>
        keys.find((key) => key.id === id && key.verifiesUntil > clock.now())
      const key = wanted(await loaded(realm))
      if (key) return key.publicKey
      const { loadedAt = 0 } = byRealm.get(realm.id) ?? {}
      if (clock.now() - loadedAt < RELOAD_PAUSE_MS) return undefined
      return wanted(await load(realm))?.publicKey
    },
    async jwks(realm) {
      return { keys: (await loaded(realm)).map(({ publicJwk }) => publicJwk) }
    },
  }
}
