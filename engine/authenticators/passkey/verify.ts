import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { AttestationObject } from '@simplewebauthn/server/helpers'
import type { RelyingParty } from './relying-party.ts'

/** What a browser answers to the options, as JSON (WebAuthn Level 3 §5.1, `toJSON`). */
export type RegistrationResponse = RegistrationResponseJSON
export type AuthenticationResponse = AuthenticationResponseJSON

/** COSE algorithms: EdDSA, ES256, RS256; between them every authenticator has one. */
export const ALGORITHMS = [-8, -7, -257]
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']

export interface NewCredential {
  credentialId: string
  publicKey: Uint8Array
  signCount: number
  transports: string[]
  isBackedUp: boolean
  isOfThisDevice: boolean
  /** Which make of authenticator it says it is; nobody vouches for it. */
  aaguid: string
}

/** The challenge that a response is to, as the browser wrote it down. @returns nothing for what is no response at all. */
export function challengeIn({ clientDataJSON }: { clientDataJSON: string }): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}

/**
 * Verifies a new credential (WebAuthn Level 3 §7.1): type, challenge, origin, relying party, presence and
 * verification of the user, algorithm. No attestation is asked for, and one with certificates is refused unread: to
 * check them we would have to fetch what they name.
 *
 * @returns nothing for whatever is not right.
 */
export async function verifyRegistration(
  rp: RelyingParty,
  { challenge, response }: { challenge: string; response: RegistrationResponse },
): Promise<NewCredential | undefined> {
  const [{ verifyRegistrationResponse }, { decodeAttestationObject }] = await library()
  try {
    if (isFramed(response.response.clientDataJSON)) return undefined
    const attestation = new Uint8Array(Buffer.from(response.response.attestationObject, 'base64url'))
    if (!isWithoutMaker(decodeAttestationObject(attestation))) return undefined
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified || registrationInfo.credential.id !== response.id) return undefined
    const { credential, credentialBackedUp: isBackedUp, aaguid } = registrationInfo
    const said = credential.transports ?? []
    const transports = TRANSPORTS.filter((transport) => said.includes(transport))
    const { id: credentialId, publicKey, counter: signCount } = credential
    const isOfThisDevice = response.authenticatorAttachment === 'platform'
    return { credentialId, publicKey, signCount, transports, isBackedUp, isOfThisDevice, aaguid }
  } catch {
    // The library throws for every check that fails, and for what it cannot read.
    return undefined
  }
}

/**
 * Verifies a signature (WebAuthn Level 3 §7.2) but for its counter, which is taken by a statement of ours, so that two
 * at once cannot both have it.
 *
 * @returns nothing for whatever is not right.
 */
export async function verifyAuthentication(
  rp: RelyingParty,
  {
    challenge,
    response,
    publicKey,
  }: { challenge: string; response: AuthenticationResponse; publicKey: Uint8Array },
): Promise<{ signCount: number; isBackedUp: boolean } | undefined> {
  const [{ verifyAuthenticationResponse }] = await library()
  try {
    if (isFramed(response.response.clientDataJSON)) return undefined
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      credential: { id: response.id, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: true,
    })
    if (!verified) return undefined
    const { newCounter: signCount, credentialBackedUp: isBackedUp } = authenticationInfo
    return { signCount, isBackedUp }
  } catch {
    return undefined
  }
}

/** Browsers leave a credential's signature by its own key where it is, though they were asked for none (§5.1.3). */
function isWithoutMaker(attestation: AttestationObject): boolean {
  const format = attestation.get('fmt')
  return format === 'none' || (format === 'packed' && attestation.get('attStmt').get('x5c') === undefined)
}

/** Our pages are framed by nobody, so a ceremony in a frame was not on one of them. */
function isFramed(clientDataJSON: string): boolean {
  const { crossOrigin, topOrigin } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
  return crossOrigin === true || topOrigin !== undefined
}

/** Large, and needed by who has a passkey alone: loaded when the first one comes. */
function library() {
  return Promise.all([import('@simplewebauthn/server'), import('@simplewebauthn/server/helpers')])
}
