import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'

/** Under this, a spinner is a flicker. */
const PATIENCE_MILLISECONDS = 300

/** Says what happens, and keeps its width and its words while it works. */
export function SubmitButton({
  busy,
  children,
  wide = true,
}: {
  busy: boolean
  children: string
  wide?: boolean
}) {
  return (
    <Button type="submit" fullWidth={wide} loading={useLate(busy)} aria-busy={busy}>
      {children}
    </Button>
  )
}

export function useLate(busy: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!busy) return setLate(false)
    const timer = setTimeout(() => setLate(true), PATIENCE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [busy])
  return late
}
