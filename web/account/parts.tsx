import { useEffect, useRef, useState } from 'react'
import type { Problem } from '../../client/index.ts'
import { useSignInAgain } from '../frame/use-sign-in-again.ts'
import { useTexts } from '../texts/use-texts.ts'

export type Opening = { isOpen: boolean; wasOpen: boolean; open: () => void; close: () => void }

/** A form that stands in the place of the button that opens it. */
export function useOpening(isOpenAtFirst = false): Opening {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const [wasOpen, setWasOpen] = useState(false)
  return {
    isOpen,
    wasOpen,
    open() {
      setOpen(true)
      setWasOpen(true)
    },
    close: () => setOpen(false),
  }
}

/** Opens a form, and takes the focus back when that is closed: it was on what is no longer there. */
export function OpenButton({
  opening: { wasOpen, open },
  text,
  label,
}: {
  opening: Opening
  text: string
  /** For those who hear it without what stands around it. */
  label?: string
}) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (wasOpen) button.current?.focus()
  }, [wasOpen])
  return (
    <button ref={button} type="button" className="link" aria-label={label} onClick={open}>
      {text}
    </button>
  )
}

export function CancelButton({ cancel }: { cancel: () => void }) {
  const { t } = useTexts()
  return (
    <button type="button" className="link" onClick={cancel}>
      {t('account.cancel')}
    </button>
  )
}

export function SignInAgain({ problem, next = '/account' }: { problem: Problem | null; next?: string }) {
  const { t } = useTexts()
  const signInAgain = useSignInAgain(next)
  if (problem?.code !== 'sign_in_again' && problem?.code !== 'signed_out') return null
  return (
    <button type="button" className="link" onClick={signInAgain}>
      {t('account.signInAgain')}
    </button>
  )
}
