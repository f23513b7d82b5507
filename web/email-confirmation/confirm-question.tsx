import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LinkLook, Problem } from '../../client/index.ts'
import { useLate } from '../forms/submit-button.tsx'
import { Card } from '../frame/card.tsx'
import { Note } from '../frame/note.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { useSignInAgain } from '../frame/use-sign-in-again.ts'
import { here } from '../here.ts'
import { accountQuery, client, queryClient, signedIn } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import { Dead, type End } from './confirm-end.tsx'

type Props = { look: LinkLook; realm: string; token: string; done: (end: End) => void }

export function ConfirmQuestion({ look, realm, token, done }: Props) {
  const { t } = useTexts()
  const { data: account } = useQuery(accountQuery)
  // The link waits in this tab (see use-link-token.ts): its token must not travel in an address.
  const signIn = useSignInAgain(`/confirm-email?realm=${encodeURIComponent(realm)}`)
  const [asked, setAsked] = useState<'mine' | 'not_mine' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const late = useLate(asked !== null)
  const change = look.purpose === 'email_change'

  // Nobody is signed in, or somebody else: only the account's owner changes its address.
  const signInDue = change && (account === null || problem?.code === 'sign_in_first')

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
    done({ outcome, look, here: account !== null, elsewhere: !here.isMain })
  }

  // Answered meanwhile, in another tab or by another device.
  if (problem?.code === 'link_dead') return <Dead />
  return (
    <Card
      title={change ? t('confirm.changeTitle') : t('confirm.registrationTitle')}
      text={<When at={look.createdAt} text={change ? 'confirm.changeText' : 'confirm.registrationText'} />}
    >
      <dl style={{ display: 'grid', gap: 8, overflowWrap: 'anywhere' }}>
        <Fact term={t('field.email')} value={look.email} />
        {look.username !== null && <Fact term={t('field.username')} value={look.username} />}
      </dl>
      {problem && !signInDue && <ProblemNote problem={problem} />}
      {signInDue ? (
        <>
          <div aria-live="polite">
            <Note kind="plain" text={t('problem.signInFirst')} />
          </div>
          <Button onClick={signIn}>{t('signIn.title')}</Button>
        </>
      ) : (
        <Button loading={late && asked === 'mine'} onClick={() => answer('mine')}>
          {change ? t('confirm.changeMine') : t('confirm.mine')}
        </Button>
      )}
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
