import type { Problem } from '../../client/index.ts'
import { useSignInAgain } from '../frame/use-sign-in-again.ts'
import { useTexts } from '../texts/use-texts.ts'

export function CancelButton({ cancel }: { cancel: () => void }) {
  const { t } = useTexts()
  return (
    <button type="button" className="link" onClick={cancel}>
      {t('account.cancel')}
    </button>
  )
}

export function SignInAgain({ problem }: { problem: Problem | null }) {
  const { t } = useTexts()
  const signInAgain = useSignInAgain('/account')
  if (problem?.code !== 'sign_in_again' && problem?.code !== 'signed_out') return null
  return (
    <button type="button" className="link" onClick={signInAgain}>
      {t('account.signInAgain')}
    </button>
  )
}
