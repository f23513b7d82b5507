import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import { CodeField } from '../forms/code-field.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { client } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'

type Props = {
  /** Names the first step; kept in memory alone. */
  token: string
  done: (account: Account) => Promise<void>
  /** Back to the first step: this one is over, or is somebody else's. */
  again: () => void
}

/** The code of the authenticator app, or a recovery code when the phone is away. */
export function SecondStep({ token, done, again }: Props) {
  const { t } = useTexts()
  const [way, setWay] = useState<'app' | 'recovery'>('app')
  const submit = useSubmit({
    fields: { code: 'required' },
    blame: { code_wrong: 'code' },
    say: { code_wrong: way === 'app' ? t('secondStep.codeWrong') : t('secondStep.recoveryWrong') },
    send: ({ code }) =>
      client.completeSecondStep({ token, code: way === 'app' ? code : code.trim().toUpperCase() }),
    done: ({ account }) => done(account),
  })
  return (
    <Card
      title={t('secondStep.title')}
      text={way === 'app' ? t('secondStep.text') : t('secondStep.recoveryText')}
      ways={
        <>
          <button type="button" className="link" onClick={() => setWay(way === 'app' ? 'recovery' : 'app')}>
            {way === 'app' ? t('secondStep.useRecovery') : t('secondStep.useApp')}
          </button>
          <button type="button" className="link" onClick={again}>
            {t('secondStep.again')}
          </button>
        </>
      }
    >
      <Form key={way} submit={submit}>
        {way === 'app' ? (
          <CodeField name="code" label={t('field.code')} error={submit.errorOf('code')} />
        ) : (
          <TextField
            kind="text"
            name="code"
            label={t('field.recoveryCode')}
            error={submit.errorOf('code')}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={20}
            autoFocus
          />
        )}
        <SubmitButton busy={submit.busy}>{t('signIn.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}
