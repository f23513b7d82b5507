import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Account, Outcome, Problem } from '../../client/index.ts'
import { CodeField } from '../forms/code-field.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { MailHint } from '../frame/mail-hint.tsx'
import { Note } from '../frame/note.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { client, startQuery } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'

type Verified = { account: Account; created: boolean }
type Props = {
  email: string
  verify: (code: string) => Promise<Outcome<Verified | { secondStep: { token: string } }>>
  secondStep: (token: string) => void
  done: (verified: Verified) => Promise<void>
  changeAddress: () => void
  ways?: ReactNode
}

/** Six digits out of a mail. The same words whether a code was sent or not. */
export function CodeEntry({ email, verify, secondStep, done, changeAddress, ways }: Props) {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  const [again, setAgain] = useState<Problem | 'sent' | null>(null)
  const submit = useSubmit({
    fields: { code: 'required' },
    blame: { code_wrong: 'code' },
    send: ({ code }) => verify(code),
    done: (answer) => ('secondStep' in answer ? secondStep(answer.secondStep.token) : done(answer)),
  })

  async function sendAgain() {
    setAgain(null)
    const outcome = await client.sendSignInCode({ email, language: currentLanguage() })
    setAgain(outcome.ok ? 'sent' : outcome.problem)
  }

  return (
    <Card
      title={t('signIn.codeTitle')}
      text={t('signIn.codeText', { email })}
      ways={
        <>
          <button type="button" className="link" onClick={sendAgain}>
            {t('signIn.newCode')}
          </button>
          <button type="button" className="link" onClick={changeAddress}>
            {t('signUp.again')}
          </button>
          {ways}
        </>
      }
    >
      <div aria-live="polite" hidden={again === null}>
        {again === 'sent' && <Note kind="plain" text={t('signIn.newCodeSent')} />}
        {again !== null && again !== 'sent' && <ProblemNote problem={again} />}
      </div>
      <Form submit={submit}>
        <CodeField name="code" label={t('field.code')} error={submit.errorOf('code')} />
        <SubmitButton busy={submit.busy}>{t('signIn.submit')}</SubmitButton>
      </Form>
      {start?.mail === 'captured' && <MailHint />}
    </Card>
  )
}
