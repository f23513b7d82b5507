import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Outcome, SignedIn } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { PasskeyButton } from '../passkeys/passkey-button.tsx'
import { usePasskeySignIn } from '../passkeys/use-passkey-sign-in.ts'
import { ProviderButtons } from '../providers/provider-buttons.tsx'
import { client, signedIn } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { isAddress, rememberWay, type StepProps } from './begun.ts'
import classes from './sign-in.module.css'

/** Asks who one is. The next step is the same whether there is such an account or not. */
export function IdentifierStep({
  begun,
  start,
  next,
  goTo,
  secondStep,
  done,
  children,
}: StepProps & { children: ReactNode }) {
  const { t } = useTexts()
  const { passwordSignIn, emailCodeSignIn } = start
  const [typed, setTyped] = useState(begun.identifier)
  const codeFirst = emailCodeSignIn && (!passwordSignIn || begun.way === 'code')
  const byCode = (identifier: string) => codeFirst && (isAddress(identifier) || !passwordSignIn)

  const passkey = usePasskeySignIn(start, async (account) => {
    await signedIn(account)
    done()
  })
  const submit = useSubmit({
    fields: { identifier: 'required', password: 'optional' },
    blame: { email_not_valid: 'identifier' },
    async send({ identifier: raw, password }): Promise<Outcome<SignedIn | 'code_sent' | 'password_due'>> {
      const identifier = raw.trim()
      // A password manager fills both fields at once: then there is nothing left to ask.
      if (passwordSignIn && password !== '') {
        const outcome = await client.signInWithPassword({ identifier, password })
        const outdated = !outcome.ok && outcome.problem.code === 'credentials_wrong'
        // What the manager filled cannot be seen here, so it could not be corrected here either.
        return outdated ? { ok: true, value: 'password_due' } : outcome
      }
      if (!byCode(identifier)) return { ok: true, value: 'password_due' }
      const sent = await client.sendSignInCode({ email: identifier, language: currentLanguage() })
      return sent.ok ? { ok: true, value: 'code_sent' } : sent
    },
    async done(answer, { identifier: raw }) {
      const identifier = raw.trim()
      if (typeof answer === 'object') {
        if ('secondStep' in answer) return secondStep(answer.secondStep.token, 'password')
        await signedIn(answer.account)
        rememberWay('password')
        return done()
      }
      const codeSent = answer === 'code_sent'
      return goTo(codeSent ? 'code' : 'password', { ...begun, identifier, codeSent })
    },
  })
  return (
    <Card
      title={t('signIn.title')}
      ways={
        start.signUp === 'open' && (
          <Link to="/sign-up" search={{ next }}>
            {t('signIn.signUp')}
          </Link>
        )
      }
    >
      {children}
      <Form submit={submit}>
        <TextField
          kind={passwordSignIn ? 'identifier' : 'email'}
          name="identifier"
          label={passwordSignIn ? t('field.identifier') : t('field.email')}
          defaultValue={begun.identifier}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={submit.errorOf('identifier')}
          // Browsers offer passkeys here too, where they can.
          autoComplete="username webauthn"
          enterKeyHint="next"
          autoFocus
        />
        {passwordSignIn && (
          <input
            className={classes.forManagers}
            type="password"
            name="password"
            autoComplete="current-password"
            tabIndex={-1}
            aria-hidden="true"
          />
        )}
        <SubmitButton busy={submit.busy}>
          {byCode(typed) ? t('signIn.sendCode') : t('signIn.continue')}
        </SubmitButton>
      </Form>
      <div className={classes.others}>
        <PasskeyButton passkey={passkey} />
        <ProviderButtons start={start} errand={next === undefined ? {} : { next }} />
      </div>
    </Card>
  )
}
