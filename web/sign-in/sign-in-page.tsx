import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Note } from '../frame/note.tsx'
import { signedIn, startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { type Begun, forgetBegun, readBegun, rememberBegun, rememberWay } from './begun.ts'
import { CodeStep } from './code-step.tsx'
import { IdentifierStep } from './identifier-step.tsx'
import { PasswordStep } from './password-step.tsx'
import { SecondStep } from './second-step.tsx'
import { useGoOn } from './use-go-on.ts'

const route = getRouteApi('/card/sign-in')

/** First the identifier, then only what can be used; which step is shown stands in the address, so Back works. */
export function SignInPage() {
  const { t } = useTexts()
  const { next, step, after } = route.useSearch()
  const navigate = route.useNavigate()
  const goOn = useGoOn()
  const { data: start } = useQuery(startQuery)
  const [begun, setBegun] = useState<Begun>(readBegun)
  const [second, setSecond] = useState<{ token: string; way: Begun['way'] } | null>(null)
  if (start === undefined) return null

  const goTo = (step: 'password' | 'code' | undefined, changed: Begun) => {
    rememberBegun(changed)
    setBegun(changed)
    return navigate({
      search: { ...(next === undefined ? {} : { next }), ...(step === undefined ? {} : { step }) },
    })
  }
  const done = () => {
    forgetBegun()
    goOn(next)
  }
  const secondStep = (token: string, way: Begun['way']) => setSecond({ token, way })
  const shared = { begun, start, next, goTo, secondStep, done }
  if (second !== null) {
    return (
      <SecondStep
        token={second.token}
        again={() => {
          setSecond(null)
          void goTo(undefined, { ...begun, codeSent: false })
        }}
        done={async (account) => {
          await signedIn(account)
          rememberWay(second.way)
          done()
        }}
      />
    )
  }
  if (step === 'password' && start.passwordSignIn && begun.identifier !== '')
    return <PasswordStep {...shared} />
  if (step === 'code' && start.emailCodeSignIn && begun.codeSent) return <CodeStep {...shared} />
  return (
    <IdentifierStep {...shared}>
      {after === 'reset' && <Note kind="plain" text={t('signIn.passwordReplaced')} />}
      {after === 'sign-out' && <Note kind="plain" text={t('signIn.signedOut')} />}
      {after === undefined && next !== undefined && next !== '/' && (
        <Note kind="plain" text={t('signIn.due')} />
      )}
    </IdentifierStep>
  )
}
