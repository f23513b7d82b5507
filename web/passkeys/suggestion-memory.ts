import { keyHere } from '../here.ts'

const DUE_KEY = keyHere('suggest-passkey')
const DONE_KEY = keyHere('passkey-suggested')

/** Somebody came in with a password: from here on, in this tab, a passkey is suggested, once in this browser's life. */
export function suggestPasskey(): void {
  attempt(() => {
    if (localStorage.getItem(DONE_KEY) === null) sessionStorage.setItem(DUE_KEY, 'due')
  })
}

export function isSuggestionDue(): boolean {
  return attempt(() => sessionStorage.getItem(DUE_KEY)) === 'due'
}

/** Shown is enough: who leaves it where it is, has seen it. */
export function rememberSuggested(): void {
  attempt(() => localStorage.setItem(DONE_KEY, 'yes'))
}

export function stopSuggesting(): void {
  rememberSuggested()
  attempt(() => sessionStorage.removeItem(DUE_KEY))
}

/** Storage may be switched off: then nothing is suggested. */
function attempt<Value>(action: () => Value): Value | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
