import { useRouter } from '@tanstack/react-router'
import { nextPath } from './next-path.ts'

/** Goes straight to where one was going: a page of ours without loading anew, anything else with. */
export function useGoOn(): (next: string | undefined) => void {
  const router = useRouter()
  return (next) => {
    const path = nextPath(next, location.origin)
    if (Object.hasOwn(router.routesByPath, new URL(path, location.origin).pathname))
      router.history.replace(path)
    else location.replace(path)
  }
}
