import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { FailurePage } from '../frame/failure-page.tsx'
import { Waiting } from '../frame/waiting.tsx'
import { linkQuery, ProblemError } from '../queries.ts'
import { useLinkToken } from '../recovery/use-link-token.ts'
import { Dead, type End, Ended } from './confirm-end.tsx'
import { ConfirmQuestion } from './confirm-question.tsx'

const route = getRouteApi('/card/confirm-email')

/** A mailed link is only looked at when it is opened: programs that scan mail open links too. */
export function ConfirmEmailPage() {
  const { realm } = route.useSearch()
  const { token, forget } = useLinkToken()
  // Of which link, because another one may be opened in the same tab.
  const [end, setEnd] = useState<(End & { token: string }) | null>(null)
  const link = useQuery({ ...linkQuery(realm, token ?? ''), enabled: token !== null && end?.token !== token })

  if (end !== null && end.token === token) return <Ended {...end} />
  if (token === null) return <Dead />
  if (link.error instanceof ProblemError && link.error.problem.code === 'link_dead') return <Dead />
  if (link.error !== null) return <FailurePage error={link.error} reset={() => void link.refetch()} />
  if (link.data === undefined) return <Waiting />
  return (
    <ConfirmQuestion
      key={token}
      look={link.data}
      realm={realm}
      token={token}
      done={(reached) => {
        forget()
        setEnd({ ...reached, token })
      }}
    />
  )
}
