import { useRouter } from '@tanstack/react-router'
import { here } from '../here.ts'
import { nextPath } from './next-path.ts'

/** Where one was going, or the start page of the realm. */
export function nextHere(next: string | undefined): string {
  return nextPath(next, location.origin, `${here.base}/`)
}

/** Goes straight to where one was going: a page of ours without loading anew, anything else with. */
export function useGoOn(): (next: string | undefined) => void {
  const router = useRouter()
  return (next) => {
    const path = nextHere(next)
    const { pathname } = new URL(path, location.origin)
    const isHere = pathname.startsWith(`${here.base}/`)
    if (isHere && Object.hasOwn(router.routesByPath, pathname.slice(here.base.length)))
      router.history.replace(path)
    else location.replace(path)
  }
}
