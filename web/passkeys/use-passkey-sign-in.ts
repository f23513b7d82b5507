import { useEffect, useRef, useState } from 'react'
import type { Account, Client, Problem, Start } from '../../client/index.ts'
import { client } from '../queries.ts'
import type { TextKey } from '../texts/language.ts'
import { askForPasskey, offerInAutofill, passkeyPlace } from './browser.ts'

type Credential = Parameters<Client['signInWithPasskey']>[0]['credential']

export type PasskeySignIn = {
  /** Whether there is anything to offer. */
  isOffered: boolean
  busy: boolean
  problem: Problem | null
  /** What the device or the person did instead. */
  words: TextKey | null
  signIn: () => Promise<void>
}

/** Signing in with a passkey: by a button, and from the browser's own list where the name is typed. */
export function usePasskeySignIn(start: Start, done: (account: Account) => Promise<void>): PasskeySignIn {
  const isOffered = passkeyPlace(start) === 'here'
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [words, setWords] = useState<TextKey | null>(null)

  async function answer(credential: object): Promise<void> {
    const outcome = await client.signInWithPasskey({ credential: credential as Credential })
    if (outcome.ok) await done(outcome.value.account)
    else setProblem(outcome.problem)
  }

  // The list may answer before React has drawn that the button is under way.
  const underWay = useRef(false)
  async function during(act: () => Promise<void>): Promise<void> {
    if (underWay.current) return
    underWay.current = true
    setBusy(true)
    setProblem(null)
    setWords(null)
    await act().finally(() => {
      underWay.current = false
    })
    setBusy(false)
  }

  // The list is offered for as long as the page stands, and answers with what is current then.
  const chosen = useRef((_credential: object) => {})
  chosen.current = (credential) => void during(() => answer(credential))
  useEffect(() => {
    // One ceremony at a time: while the button's is under way there is no list.
    if (!isOffered || busy) return
    return offerInAutofill({
      async ask() {
        const asked = await client.askPasskeySignIn()
        return asked.ok ? asked.value.options : undefined
      },
      chosen: (credential) => chosen.current(credential),
    })
  }, [isOffered, busy])

  return {
    isOffered,
    busy,
    problem,
    words,
    signIn: () =>
      during(async () => {
        const asked = await client.askPasskeySignIn()
        if (!asked.ok) return setProblem(asked.problem)
        const used = await askForPasskey(asked.value.options)
        if (used.ok) await answer(used.value)
        else setWords(used.words)
      }),
  }
}
