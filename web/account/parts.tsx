import { useRouter } from '@tanstack/react-router'
import type { Problem } from '../../client/index.ts'
import { client, signedOut } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'

export function CancelButton({ cancel }: { cancel: () => void }) {
  const { t } = useTexts()
  return (
    <button type="button" className="link" onClick={cancel}>
      {t('account.cancel')}
    </button>
  )
}

/** Where the server wants to see its owner again, the way there and back is one click. */
export function SignInAgain({ problem }: { problem: Problem | null }) {
  const { t } = useTexts()
  const router = useRouter()
  if (problem?.code !== 'sign_in_again' && problem?.code !== 'signed_out') return null

  async function signInAgain() {
    await client.signOut()
    signedOut()
    await router.navigate({ to: '/sign-in', search: { next: '/account' } })
  }

  return (
    <button type="button" className="link" onClick={signInAgain}>
      {t('account.signInAgain')}
    </button>
  )
}
