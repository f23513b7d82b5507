import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Account, Problem } from '../../client/index.ts'
import { Card } from '../frame/card.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { toast } from '../frame/toast.tsx'
import { Waiting } from '../frame/waiting.tsx'
import { here } from '../here.ts'
import { client, connectionsQuery, queryClient, signedIn, startQuery } from '../queries.ts'
import { SecondStep } from '../sign-in/second-step.tsx'
import { useGoOn } from '../sign-in/use-go-on.ts'
import { useTexts } from '../texts/use-texts.ts'
import { type Brought, takeBrought } from './brought.ts'
import { ChooseName, type PendingSignUp } from './choose-name.tsx'
import { forgetErrand, readErrand } from './errand.ts'

const route = getRouteApi('/card/sign-in/with/$provider')

type Stage =
  | { at: 'waiting' }
  | { at: 'said_no' }
  /** There is nothing to finish: the page was opened by itself, or loaded anew. */
  | { at: 'nothing' }
  | { at: 'problem'; problem: Problem }
  | { at: 'second_step'; token: string }
  | { at: 'sign_up'; signUp: PendingSignUp }

/** Where a provider sends people back to. */
export function ProviderReturnPage() {
  const { t } = useTexts()
  const { provider } = route.useParams()
  const router = useRouter()
  const goOn = useGoOn()
  const { data: start } = useQuery(startQuery)
  const [stage, setStage] = useState<Stage>({ at: 'waiting' })
  const [errand] = useState(readErrand)
  const title = start?.providers.find(({ name }) => name === provider)?.title ?? provider
  const begun = useRef(false)

  const enter = async (account: Account) => {
    await signedIn(account)
    forgetErrand()
    goOn(errand.next)
  }

  async function finish({ code, state, issuer, error }: Brought): Promise<Stage> {
    if (error !== null) return { at: 'said_no' }
    if (code === null || state === null) return { at: 'nothing' }
    const body = { code, state, ...(issuer === null ? {} : { issuer }) }
    if (errand.flow === 'link') {
      const linked = await client.linkProvider(provider, body)
      if (!linked.ok) return { at: 'problem', problem: linked.problem }
      forgetErrand()
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
      await router.navigate({ to: '/account', hash: 'providers', replace: true })
      toast(t, t('providers.linked', { provider: title }))
      return { at: 'waiting' }
    }
    const outcome = await client.signInWithProvider(provider, body)
    if (!outcome.ok) return { at: 'problem', problem: outcome.problem }
    const answer = outcome.value
    if ('signUp' in answer) return { at: 'sign_up', signUp: answer.signUp }
    if ('secondStep' in answer) return { at: 'second_step', token: answer.secondStep.token }
    await enter(answer.account)
    return { at: 'waiting' }
  }

  useEffect(() => {
    // What was brought is good once, however often this is drawn.
    if (begun.current) return
    begun.current = true
    const brought = takeBrought()
    if (brought === null) setStage({ at: 'nothing' })
    else void finish(brought).then(setStage)
  })

  if (stage.at === 'waiting') return <Waiting />
  if (stage.at === 'second_step') {
    const again = () => void router.navigate({ to: '/sign-in', search: { next: errand.next }, replace: true })
    return <SecondStep token={stage.token} done={enter} again={again} />
  }
  if (stage.at === 'sign_up') {
    return <ChooseName signUp={stage.signUp} provider={title} invitation={errand.invitation} done={enter} />
  }
  const isLink = errand.flow === 'link'
  const words = {
    said_no: isLink
      ? t('providers.saidNoLink', { provider: title })
      : t('providers.saidNo', { provider: title }),
    nothing: t('providers.nothing'),
    problem: undefined,
  }[stage.at]
  // Who has to sign in first in order to link is led to where one links.
  const isLinkNext = stage.at === 'problem' && stage.problem.code === 'provider_email_taken'
  const next = isLinkNext ? `${here.base}/account` : errand.next
  const back = isLink ? (
    <Link to="/account" hash="providers">
      {t('providers.toAccount')}
    </Link>
  ) : (
    <Link to="/sign-in" search={{ next }}>
      {t('providers.toSignIn')}
    </Link>
  )
  return (
    <Card title={isLink ? t('providers.notLinked') : t('providers.notSignedIn')} text={words} ways={back}>
      {stage.at === 'problem' && <ProblemNote problem={stage.problem} />}
    </Card>
  )
}
