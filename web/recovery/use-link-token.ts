import { useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/**
 * The token of a mailed link. It comes in the fragment, which no server and no log ever sees, and
 * leaves the address bar at once, so that no screenshot, history or shared link carries it. A second
 * link opened in the same tab changes only the fragment, so each new one is taken.
 */
export function useLinkToken(): string | null {
  const { hash } = useLocation()
  const router = useRouter()
  const [token, setToken] = useState<string | null>(null)
  useEffect(() => {
    if (hash === '') return
    setToken(hash)
    const { pathname, search } = window.location
    router.history.replace(pathname + search)
  }, [hash, router])
  return token ?? (hash === '' ? null : hash)
}
