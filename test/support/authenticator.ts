/** An authenticator in software (WebAuthn Level 3 §6), and the browser round it; it can lie in each of its fields. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256'

const CREATED = 'webauthn.create'
const ASSERTED = 'webauthn.get'
const FLAG = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40 }
const COSE: Record<Algorithm, number> = { ES256: -7, EdDSA: -8, RS256: -257 }
const ICLOUD = 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd'

/** What may be said instead of the truth. */
export interface Lies {
  type?: string
  challenge?: string
  origin?: string
  rpId?: string
  crossOrigin?: boolean
  isPresent?: boolean
  isVerified?: boolean
  isSynced?: boolean
  signCount?: number
  id?: string
  rawId?: string
  userHandle?: string | null
  aaguid?: string
  /** The attestation statement's format, and what is in it. */
  format?: string
  statement?: Cbor
  /** Signs itself, as browsers let it, with the key that it tells or, as a lie, with another. */
  selfAttests?: 'rightly' | 'wrongly'
  algorithm?: number
  attachment?: string
  transports?: string[]
  /** Signs with another key. */
  signsWith?: Credential
  /** Flips one bit of the signature. */
  isTampered?: boolean
}

export interface Credential {
  id: string
  rpId: string
  userHandle: string
  privateKey: KeyObject
  algorithm: Algorithm
  /** A COSE key, as it was told to the server. */
  publicKey: Buffer
  /** Counts when it is not 0. */
  signCount: number
  isSynced: boolean
}

/** The JSON that a browser makes of a new credential, and the credential. */
export function createCredential(
  options: any,
  { origin, algorithm = 'ES256', lies = {} }: { origin: string; algorithm?: Algorithm; lies?: Lies },
): { credential: Credential; json: any } {
  const { privateKey, publicKey } = newKey(algorithm, lies.algorithm)
  const rawId = lies.id ? Buffer.from(lies.id, 'base64url') : randomBytes(20)
  const id = rawId.toString('base64url')
  const { isSynced = false, signCount = 0 } = lies
  const length = Buffer.alloc(2)
  length.writeUInt16BE(rawId.length)
  const aaguid = Buffer.from(
    (lies.aaguid ?? '00000000-0000-0000-0000-000000000000').replaceAll('-', ''),
    'hex',
  )
  const authData = Buffer.concat([
    authenticatorData(lies.rpId ?? options.rp.id, FLAG.AT | flagsOf({ ...lies, isSynced }), signCount),
    aaguid,
    length,
    rawId,
    publicKey,
  ])
  const clientDataJSON = clientData(CREATED, options.challenge, origin, lies)
  const own = lies.selfAttests && selfAttestation({ authData, clientDataJSON, algorithm, privateKey, lies })
  const attestationObject = encode(
    new Map<string, Cbor>([
      ['fmt', lies.format ?? (own ? 'packed' : 'none')],
      ['attStmt', lies.statement ?? own ?? new Map()],
      ['authData', authData],
    ]),
  ).toString('base64url')
  const json = {
    id,
    rawId: lies.rawId ?? id,
    type: 'public-key',
    authenticatorAttachment: lies.attachment ?? 'platform',
    clientExtensionResults: { credProps: { rk: true } },
    response: {
      clientDataJSON,
      attestationObject,
      transports: lies.transports ?? ['internal', 'hybrid', 'carrier-pigeon'],
    },
  }
  const { id: userHandle } = options.user
  const credential = {
    id,
    rpId: options.rp.id,
    userHandle,
    privateKey,
    algorithm,
    publicKey,
    signCount,
    isSynced,
  }
  return { credential, json }
}

/** The JSON that a browser makes of a signature. */
export function assertCredential(
  options: any,
  credential: Credential,
  { origin, lies = {} }: { origin: string; lies?: Lies },
): any {
  if (credential.signCount > 0) credential.signCount++
  const { signCount = credential.signCount, isSynced = credential.isSynced } = lies
  const authData = authenticatorData(lies.rpId ?? credential.rpId, flagsOf({ ...lies, isSynced }), signCount)
  const clientDataJSON = clientData(ASSERTED, options.challenge, origin, lies)
  const signature = signatureOf(authData, clientDataJSON, lies.signsWith ?? credential)
  if (lies.isTampered) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
  const id = lies.id ?? credential.id
  const { userHandle = credential.userHandle } = lies
  return {
    id,
    rawId: lies.rawId ?? id,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: {
      clientDataJSON,
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      ...(userHandle === null ? {} : { userHandle }),
    },
  }
}

export { ICLOUD }

function clientData(type: string, challenge: string, origin: string, lies: Lies): string {
  const data = {
    type: lies.type ?? type,
    challenge: lies.challenge ?? challenge,
    origin: lies.origin ?? origin,
    crossOrigin: lies.crossOrigin ?? false,
  }
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}

/** Over the authenticator's data and the digest of the client's (§6.3.3, step 11). */
function signatureOf(
  authData: Buffer,
  clientDataJSON: string,
  { algorithm, privateKey }: Pick<Credential, 'algorithm' | 'privateKey'>,
): Buffer {
  const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
  return sign(algorithm === 'EdDSA' ? null : 'sha256', Buffer.concat([authData, hash]), privateKey)
}

function selfAttestation({
  authData,
  clientDataJSON,
  algorithm,
  privateKey,
  lies,
}: {
  authData: Buffer
  clientDataJSON: string
  algorithm: Algorithm
  privateKey: KeyObject
  lies: Lies
}): Map<string, Cbor> {
  const key = lies.selfAttests === 'wrongly' ? newKey(algorithm).privateKey : privateKey
  return new Map<string, Cbor>([
    ['alg', COSE[algorithm]],
    ['sig', signatureOf(authData, clientDataJSON, { algorithm, privateKey: key })],
  ])
}

function flagsOf({ isPresent = true, isVerified = true, isSynced = false }: Lies): number {
  return (isPresent ? FLAG.UP : 0) | (isVerified ? FLAG.UV : 0) | (isSynced ? FLAG.BE | FLAG.BS : 0)
}

function authenticatorData(rpId: string, flags: number, signCount: number): Buffer {
  const rest = Buffer.alloc(5)
  rest.writeUInt8(flags, 0)
  rest.writeUInt32BE(signCount, 1)
  return Buffer.concat([createHash('sha256').update(rpId).digest(), rest])
}

/** `kty`, `alg`, and what each kind of key is made of (RFC 9053 §7, RFC 8230 §4). */
function newKey(algorithm: Algorithm, saysAlgorithm?: number): { privateKey: KeyObject; publicKey: Buffer } {
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')
  if (algorithm === 'ES256') {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x, y } = pair.publicKey.export({ format: 'jwk' })
    const key = new Map<number, Cbor>([
      [1, 2],
      [3, saysAlgorithm ?? -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ])
    return { privateKey: pair.privateKey, publicKey: encode(key) }
  }
  if (algorithm === 'EdDSA') {
    const pair = generateKeyPairSync('ed25519')
    const { x } = pair.publicKey.export({ format: 'jwk' })
    const key = new Map<number, Cbor>([
      [1, 1],
      [3, saysAlgorithm ?? -8],
      [-1, 6],
      [-2, bytes(x)],
    ])
    return { privateKey: pair.privateKey, publicKey: encode(key) }
  }
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n, e } = pair.publicKey.export({ format: 'jwk' })
  const key = new Map<number, Cbor>([
    [1, 3],
    [3, saysAlgorithm ?? -257],
    [-1, bytes(n)],
    [-2, bytes(e)],
  ])
  return { privateKey: pair.privateKey, publicKey: encode(key) }
}

export type Cbor = number | string | Uint8Array | Cbor[] | Map<number, Cbor> | Map<string, Cbor>

/** CBOR (RFC 8949 §3), as much of it as keys and attestations are made of. */
export function encode(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)])
  const entries = [...value].flatMap(([key, inner]) => [encode(key), encode(inner)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument])
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff])
}
