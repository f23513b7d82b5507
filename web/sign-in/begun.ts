import type { Start } from '../../client/index.ts'
import { keyHere } from '../here.ts'
import { suggestPasskey } from '../passkeys/suggestion-memory.ts'

/** How far a sign-in has come. */
export type Begun = {
  /** As typed: an address or a username. */
  identifier: string
  codeSent: boolean
  /** The way in that this browser used last: it is offered first. */
  way: 'password' | 'code'
}

export type StepProps = {
  begun: Begun
  start: Start
  next: string | undefined
  goTo: (step: 'password' | 'code' | undefined, begun: Begun) => Promise<void>
  /** Goes on with the second step, where the account has one. */
  secondStep: (token: string, way: Begun['way']) => void
  done: () => void
}

const BEGUN_KEY = keyHere('sign-in')
const WAY_KEY = keyHere('way')

/**
 * Kept for the tab's life: a phone throws a page away while its owner reads the code in the mail
 * app, and the code must still find its field.
 */
export function rememberBegun({ identifier, codeSent }: Begun): void {
  attempt(() => sessionStorage.setItem(BEGUN_KEY, JSON.stringify({ identifier, codeSent })))
}

export function forgetBegun(): void {
  attempt(() => sessionStorage.removeItem(BEGUN_KEY))
}

export function rememberWay(way: Begun['way']): void {
  if (way === 'password') suggestPasskey()
  attempt(() => localStorage.setItem(WAY_KEY, way))
}

export function readBegun(): Begun {
  const kept: unknown = attempt(() => JSON.parse(sessionStorage.getItem(BEGUN_KEY) ?? '{}'))
  const { identifier, codeSent } = (kept ?? {}) as Partial<Record<keyof Begun, unknown>>
  return {
    identifier: typeof identifier === 'string' ? identifier : '',
    codeSent: codeSent === true,
    way: attempt(() => localStorage.getItem(WAY_KEY)) === 'code' ? 'code' : 'password',
  }
}

export function isAddress(identifier: string): boolean {
  return identifier.includes('@')
}

/** Storage may be switched off, and what it keeps may be anyone's: neither stops a sign-in. */
function attempt<Value>(action: () => Value): Value | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
