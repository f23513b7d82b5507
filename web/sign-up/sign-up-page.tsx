import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import { Card } from '../frame/card.tsx'
import { MailHint } from '../frame/mail-hint.tsx'
import { client, signedIn, startQuery } from '../queries.ts'
import { useLinkToken } from '../recovery/use-link-token.ts'
import { CodeEntry } from '../sign-in/code-entry.tsx'
import { SecondStep } from '../sign-in/second-step.tsx'
import { useGoOn } from '../sign-in/use-go-on.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { type NewPerson, SignUpForm } from './sign-up-form.tsx'

const route = getRouteApi('/card/sign-up')

type Stage =
  | { at: 'form' }
  | { at: 'second_step'; token: string }
  | { at: 'link_sent' | 'code_sent'; person: NewPerson }

export function SignUpPage() {
  const { t } = useTexts()
  const { next } = route.useSearch()
  const goOn = useGoOn()
  const { data: start } = useQuery(startQuery)
  const { token: invitation, forget } = useLinkToken()
  const [stage, setStage] = useState<Stage>({ at: 'form' })
  const [typed, setTyped] = useState<NewPerson>({ name: '', email: '' })
  if (start === undefined) return null

  const signInInstead = (
    <Link to="/sign-in" search={{ next }}>
      {t('signUp.haveAccount')}
    </Link>
  )
  if (start.signUp === 'closed') {
    return <Card title={t('signUp.closedTitle')} text={t('signUp.closedText')} ways={signInInstead} />
  }
  if (start.signUp === 'invitation' && invitation === null) {
    return <Card title={t('signUp.invitationTitle')} text={t('signUp.invitationText')} ways={signInInstead} />
  }
  const back = () => setStage({ at: 'form' })
  const enter = async (account: Account) => {
    await signedIn(account)
    goOn(next)
  }
  // Who has an account already, and asked for a code here.
  if (stage.at === 'second_step') return <SecondStep token={stage.token} done={enter} again={back} />
  if (stage.at === 'link_sent') return <LinkSent email={stage.person.email} back={back} />
  if (stage.at === 'code_sent') {
    const { name, email } = stage.person
    return (
      <CodeEntry
        email={email}
        verify={(code) =>
          client.signInWithCode({
            email,
            code,
            language: currentLanguage(),
            ...(name === '' ? {} : { name }),
          })
        }
        secondStep={(token) => setStage({ at: 'second_step', token })}
        done={({ account }) => enter(account)}
        changeAddress={back}
      />
    )
  }
  return (
    <SignUpForm
      start={start}
      typed={typed}
      next={next}
      invitation={invitation}
      forgetInvitation={forget}
      done={(at, person) => {
        setTyped(person)
        setStage({ at, person })
      }}
    >
      {signInInstead}
    </SignUpForm>
  )
}

function LinkSent({ email, back }: { email: string; back: () => void }) {
  const { t } = useTexts()
  return (
    <Card
      title={t('signUp.sentTitle')}
      text={t('signUp.sentText', { email })}
      ways={
        <button type="button" className="link" onClick={back}>
          {t('signUp.again')}
        </button>
      }
    >
      <MailHint />
    </Card>
  )
}
