import { notifications } from '@mantine/notifications'
import { useRouter } from '@tanstack/react-router'
import { client, signedOut } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'

export function useSignOut(): () => Promise<void> {
  const router = useRouter()
  const words = useProblemWords()
  return async () => {
    const outcome = await client.signOut()
    if (!outcome.ok) {
      notifications.show({ message: words(outcome.problem), color: 'red' })
      return
    }
    signedOut()
    await router.navigate({ to: '/sign-in', search: { after: 'sign-out' } })
  }
}
