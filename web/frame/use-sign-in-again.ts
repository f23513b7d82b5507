import { useRouter } from '@tanstack/react-router'
import { here } from '../here.ts'
import { client, signedOut } from '../queries.ts'

/** Where the server wants to see the account's owner (again), the way there and back to `next` is one click. */
export function useSignInAgain(next: string): () => Promise<void> {
  const router = useRouter()
  return async () => {
    await client.signOut()
    signedOut()
    await router.navigate({ to: '/sign-in', search: { next: here.base + next } })
  }
}
