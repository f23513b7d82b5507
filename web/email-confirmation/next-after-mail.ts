import { keyHere } from '../here.ts'

const KEY = keyHere('next')

/** A sign-up goes on in the tab that the mail's link opens, so where it was going outlives its own tab. */
export function rememberNext(next: string | undefined): void {
  try {
    if (next === undefined) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Storage may be switched off: then one lands on the start page.
  }
}

export function takeNext(): string | undefined {
  try {
    const next = localStorage.getItem(KEY) ?? undefined
    localStorage.removeItem(KEY)
    return next
  } catch {
    return undefined
  }
}
