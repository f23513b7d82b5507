import { useEffect, useRef, useState } from 'react'
import type { LoggedAction } from '../../client/index.ts'
import { here } from '../here.ts'

/** So many are kept of those that came while one looks on. */
const LIVE_MAX = 2_000
/** The browser comes back by itself when a stream ends; what it gives up, we begin anew. */
const RETRY_MILLISECONDS = 3_000
/** A stream ends every few minutes on purpose: that is no news. */
const BREAK_MILLISECONDS = 5_000

export type LiveState = 'connecting' | 'live' | 'broken'

/** What happens in a realm from now on, newest first. `onGap`: until now something may have been missed. */
export function useLiveLog(
  realm: string | undefined,
  onGap: () => void,
): { entries: LoggedAction[]; state: LiveState } {
  const [entries, setEntries] = useState<LoggedAction[]>([])
  const [state, setState] = useState<LiveState>('connecting')
  const gap = useRef(onGap)
  gap.current = onGap
  useEffect(() => {
    let source: EventSource | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let broken: ReturnType<typeof setTimeout> | undefined
    setEntries([])
    setState('connecting')
    const open = () => {
      const query = realm === undefined ? '' : `?${new URLSearchParams({ realm })}`
      source = new EventSource(`${here.api}/admin/activity/stream${query}`)
      source.onopen = () => {
        clearTimeout(broken)
        broken = undefined
        setState('live')
        // Also the first time: between the list and the stream something may have happened.
        gap.current()
      }
      source.onerror = () => {
        broken ??= setTimeout(() => setState('broken'), BREAK_MILLISECONDS)
        // Refused, or answered by something that is no stream: the browser has given up.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MILLISECONDS)
      }
      source.addEventListener('action', ({ data }: MessageEvent<string>) => {
        const entry = JSON.parse(data) as LoggedAction
        setEntries((now) => [entry, ...now.filter(({ id }) => id !== entry.id)].slice(0, LIVE_MAX))
      })
    }
    open()
    return () => {
      source?.close()
      clearTimeout(retry)
      clearTimeout(broken)
    }
  }, [realm])
  return { entries, state }
}
