import { useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { keyHere } from '../here.ts'

/**
 * The token of a mailed link. It comes in the fragment, which no server and no log ever sees, and
 * leaves the address bar at once, so that no screenshot, history or shared link carries it. It is
 * kept for the tab until it is spent: the page may be loaded anew, or wait for its owner to sign in.
 * A second link opened in the same tab changes only the fragment, so each new one is taken.
 */
export function useLinkToken(): { token: string | null; forget: () => void } {
  const { hash, pathname } = useLocation()
  const router = useRouter()
  const key = keyHere(`link:${pathname}`)
  const [token, setToken] = useState(() => hash || keptToken(key))
  useEffect(() => {
    if (hash === '') return
    setToken(hash)
    keep(key, hash)
    router.history.replace(window.location.pathname + window.location.search)
  }, [hash, key, router])
  return { token, forget: () => keep(key, null) }
}

function keptToken(key: string): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return null
  }
}

function keep(key: string, token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, token)
  } catch {
    // Storage may be switched off: then the link is opened again.
  }
}
