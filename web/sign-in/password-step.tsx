import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Problem } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { client, signedIn } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { isAddress, rememberWay, type StepProps } from './begun.ts'
import classes from './sign-in.module.css'

export function PasswordStep({ begun, start, goTo, secondStep, done }: StepProps) {
  const { t } = useTexts()
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = useSubmit({
    fields: { password: 'required' },
    blame: { credentials_wrong: 'password' },
    send: ({ password }) => client.signInWithPassword({ identifier: begun.identifier, password }),
    async done(answer) {
      if ('secondStep' in answer) return secondStep(answer.secondStep.token, 'password')
      await signedIn(answer.account)
      rememberWay('password')
      done()
    },
  })

  async function sendCode() {
    const outcome = await client.sendSignInCode({ email: begun.identifier, language: currentLanguage() })
    if (outcome.ok) await goTo('code', { ...begun, codeSent: true })
    else setProblem(outcome.problem)
  }

  const ways = (
    <>
      {start.emailCodeSignIn && isAddress(begun.identifier) && (
        <button type="button" className="link" onClick={sendCode}>
          {t('signIn.withCode')}
        </button>
      )}
      {start.emailCodeSignIn && !isAddress(begun.identifier) && (
        <p className="dimmed">{t('signIn.needsAddress')}</p>
      )}
      <Link to="/forgot-password">{t('signIn.forgot')}</Link>
    </>
  )
  return (
    <Card title={t('signIn.title')} ways={ways}>
      {problem && <ProblemNote problem={problem} />}
      <Form submit={submit}>
        <Who identifier={begun.identifier} change={() => goTo(undefined, begun)} />
        <PasswordField
          name="password"
          label={t('field.password')}
          autoComplete="current-password"
          enterKeyHint="go"
          error={submit.errorOf('password')}
          autoFocus
        />
        <SubmitButton busy={submit.busy}>{t('signIn.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}

/** Who is signing in, as text for people and as a field for password managers. */
function Who({ identifier, change }: { identifier: string; change: () => void }) {
  const { t } = useTexts()
  return (
    <p className={classes.who}>
      <input
        className={classes.forManagers}
        name="username"
        autoComplete="username"
        value={identifier}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <span>{identifier}</span>
      <button type="button" className="link" onClick={change}>
        {t('signIn.change')}
      </button>
    </p>
  )
}
