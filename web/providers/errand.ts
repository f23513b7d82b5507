import { keyHere } from '../here.ts'

/** What somebody went to a provider for; kept for the tab while they are away. */
export type Errand = { flow: 'sign_in' | 'link'; next?: string; invitation?: string }

const KEY = keyHere('errand')

export function rememberErrand(errand: Errand): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(errand))
  } catch {
    // Storage may be switched off: then one comes back to a sign-in that leads to the start page.
  }
}

export function readErrand(): Errand {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Errand, unknown>>
    return {
      flow: kept.flow === 'link' ? 'link' : 'sign_in',
      ...(typeof kept.next === 'string' ? { next: kept.next } : {}),
      ...(typeof kept.invitation === 'string' ? { invitation: kept.invitation } : {}),
    }
  } catch {
    return { flow: 'sign_in' }
  }
}

export function forgetErrand(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // As above.
  }
}
