import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { LinkLook, Problem } from '../../client/index.ts'
import { useLate } from '../forms/submit-button.tsx'
import { Card } from '../frame/card.tsx'
import { FailurePage } from '../frame/failure-page.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { Waiting } from '../frame/waiting.tsx'
import { accountQuery, client, linkQuery, ProblemError, queryClient, signedIn } from '../queries.ts'
import { useLinkToken } from '../recovery/use-link-token.ts'
import { useGoOn } from '../sign-in/use-go-on.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import { takeNext } from './next-after-mail.ts'

const route = getRouteApi('/card/confirm-email')

type End = { outcome: 'confirmed' | 'refused'; here: boolean; look: LinkLook }

/** A mailed link is only looked at when it is opened: programs that scan mail open links too. */
export function ConfirmEmailPage() {
  const { realm } = route.useSearch()
  const token = useLinkToken()
  const [end, setEnd] = useState<End | null>(null)
  const {
    data: look,
    error,
    refetch,
  } = useQuery({ ...linkQuery(realm, token ?? ''), enabled: token !== null })
  if (end !== null) return <Ended {...end} />
  if (token === null) return <Dead />
  if (error instanceof ProblemError && error.problem.code === 'link_dead') return <Dead />
  if (error !== null) return <FailurePage error={error} reset={() => void refetch()} />
  if (look === undefined) return <Waiting />
  return <Question look={look} realm={realm} token={token} done={setEnd} />
}

function Question({
  look,
  realm,
  token,
  done,
}: {
  look: LinkLook
  realm: string
  token: string
  done: (end: End) => void
}) {
  const { t } = useTexts()
  const [asked, setAsked] = useState<'mine' | 'not_mine' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const late = useLate(asked !== null)
  const change = look.purpose === 'email_change'

  async function answer(mine: 'mine' | 'not_mine') {
    if (asked !== null) return
    setAsked(mine)
    setProblem(null)
    const result = await client.confirmEmail({ realm, token, answer: mine })
    setAsked(null)
    if (!result.ok) return setProblem(result.problem)
    const { outcome, account } = result.value
    if (account !== null) await signedIn(account)
    else await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey })
    done({ outcome, here: account !== null, look })
  }

  return (
    <Card
      title={change ? t('confirm.changeTitle') : t('confirm.registrationTitle')}
      text={<When at={look.createdAt} text={change ? 'confirm.changeText' : 'confirm.registrationText'} />}
    >
      <dl style={{ display: 'grid', gap: 8, overflowWrap: 'anywhere' }}>
        <Fact term={t('field.email')} value={look.email} />
        {look.username !== null && <Fact term={t('field.username')} value={look.username} />}
      </dl>
      {problem && <ProblemNote problem={problem} />}
      <Button loading={late && asked === 'mine'} onClick={() => answer('mine')}>
        {change ? t('confirm.changeMine') : t('confirm.mine')}
      </Button>
      <Button variant="default" loading={late && asked === 'not_mine'} onClick={() => answer('not_mine')}>
        {change ? t('confirm.changeNotMine') : t('confirm.notMine')}
      </Button>
    </Card>
  )
}

function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="dimmed">{term}</dt>
      <dd style={{ fontWeight: 560 }}>{value}</dd>
    </div>
  )
}

function Ended({ outcome, here, look }: End) {
  const { t } = useTexts()
  const goOn = useGoOn()
  const navigate = useNavigate()
  const { data: account } = useQuery(accountQuery)
  const { email, purpose } = look
  if (outcome === 'refused') {
    const text = purpose === 'email_change' ? t('confirm.refusedChangeText') : t('confirm.refusedText')
    return <Card key="refused" title={t('confirm.refusedTitle')} text={text} />
  }
  if (here || account) {
    return (
      <Card key="here" title={t('confirm.doneTitle')} text={t('confirm.doneSignedInText', { email })}>
        <Button onClick={() => goOn(takeNext())}>{t('confirm.go')}</Button>
      </Card>
    )
  }
  return (
    <Card key="done" title={t('confirm.doneTitle')} text={t('confirm.doneText', { email })}>
      <Button onClick={() => navigate({ to: '/sign-in', search: { next: takeNext() } })}>
        {t('signIn.title')}
      </Button>
    </Card>
  )
}

function Dead() {
  const { t } = useTexts()
  return (
    <Card
      title={t('confirm.deadTitle')}
      text={t('confirm.deadText')}
      ways={<Link to="/sign-in">{t('signIn.title')}</Link>}
    />
  )
}
