import { useRouter } from '@tanstack/react-router'
import { client, signedOut } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { toastFailure } from './toast.tsx'

export function useSignOut(): () => Promise<void> {
  const router = useRouter()
  const { t } = useTexts()
  const words = useProblemWords()
  return async () => {
    const outcome = await client.signOut()
    if (!outcome.ok) {
      toastFailure(t, words(outcome.problem))
      return
    }
    signedOut()
    await router.navigate({ to: '/sign-in', search: { after: 'sign-out' } })
  }
}
