import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import type { Start } from '../../client/index.ts'
import type { TextKey } from '../texts/language.ts'

/** Whether passkeys work on this page, and what is in the way if not. */
export type PasskeyPlace = 'here' | 'off' | 'not_secure' | 'elsewhere' | 'not_supported'

export function passkeyPlace({ passkeySignIn, publicUrl }: Start): PasskeyPlace {
  if (!passkeySignIn) return 'off'
  if (!isAllowedAt(new URL(publicUrl))) return 'not_secure'
  if (new URL(publicUrl).origin !== location.origin) return 'elsewhere'
  return 'PublicKeyCredential' in window ? 'here' : 'not_supported'
}

/** Browsers allow passkeys at a host name by https, and at localhost. */
function isAllowedAt({ protocol, hostname }: URL): boolean {
  const isNumeric = /^[\d.]+$|^\[/.test(hostname)
  return /(^|\.)localhost$/.test(hostname) || (protocol === 'https:' && !isNumeric)
}

/** Needed by who has a passkey at hand: everybody else's pages go without it. */
const library = () => import('@simplewebauthn/browser')

export type Ceremony<Value> = { ok: true; value: Value } | { ok: false; words: TextKey }

/** Asks the device for a new passkey. */
export function createPasskey(options: object): Promise<Ceremony<RegistrationResponseJSON>> {
  return attempt(async () => {
    const { startRegistration } = await library()
    return startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
  })
}

/** Asks the person for one of their passkeys. */
export function askForPasskey(options: object): Promise<Ceremony<AuthenticationResponseJSON>> {
  return attempt(async () => {
    const { startAuthentication } = await library()
    return startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON })
  })
}

/** Challenges last five minutes, and pages stand open for longer. */
const RENEW_MILLISECONDS = 4 * 60_000

/**
 * Lets the browser offer passkeys where the name is typed, as long as the page is open; where it cannot, nothing
 * happens, and nothing is said.
 *
 * @returns what ends it.
 */
export function offerInAutofill({
  ask,
  chosen,
}: {
  ask: () => Promise<object | undefined>
  chosen: (credential: AuthenticationResponseJSON) => void
}): () => void {
  let isOver = false
  let cancel = () => {}
  async function offer(): Promise<void> {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
    const { startAuthentication, WebAuthnAbortService } = await library()
    while (!isOver) {
      const options = await ask()
      if (isOver || options === undefined) return
      cancel = () => WebAuthnAbortService.cancelCeremony()
      const timer = setTimeout(cancel, RENEW_MILLISECONDS)
      try {
        const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON
        const credential = await startAuthentication({ optionsJSON, useBrowserAutofill: true })
        if (!isOver) chosen(credential)
        return
      } catch (error) {
        // Cancelled to be begun anew; after anything else there is still the button.
        if (nameOf(error) !== 'AbortError') return
      } finally {
        clearTimeout(timer)
      }
      if (!isOver) await pageIsShown()
    }
  }
  // Whatever a browser makes of it, the page works without.
  offer().catch(() => undefined)
  return () => {
    isOver = true
    cancel()
  }
}

function pageIsShown(): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve()
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== 'visible') return
      document.removeEventListener('visibilitychange', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
  })
}

/** Tells the browser which passkeys are left, so that it stops offering the others (WebAuthn Level 3 §5.1.10). */
export async function tellWhatIsLeft(userId: string, credentialIds: string[]): Promise<void> {
  try {
    const { sendSignal } = await library()
    const userID = btoa(userId).replace(/=+$/, '')
    await sendSignal({
      signalName: 'allAcceptedCredentials',
      rpID: location.hostname,
      userID,
      allAcceptedCredentialIDs: credentialIds,
    })
  } catch {
    // Not every browser listens.
  }
}

/** Whether this device itself could keep one: a lock with a finger, a face or a PIN. */
export async function canDeviceKeepOne(): Promise<boolean> {
  try {
    return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()
  } catch {
    return false
  }
}

async function attempt<Value>(act: () => Promise<Value>): Promise<Ceremony<Value>> {
  try {
    return { ok: true, value: await act() }
  } catch (error) {
    return { ok: false, words: wordsFor(error) }
  }
}

function wordsFor(error: unknown): TextKey {
  const name = nameOf(error)
  // Browsers do not tell the two apart, so that no page learns which passkeys there are.
  if (name === 'NotAllowedError' || name === 'AbortError') return 'passkeys.cancelled'
  if (name === 'InvalidStateError') return 'problem.passkeyKnown'
  if (name === 'NotSupportedError' || name === 'ConstraintError') return 'passkeys.unfit'
  if (name === 'SecurityError') return 'problem.passkeysNeedHttps'
  return 'passkeys.failed'
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
