import { type ReactNode, useState } from 'react'
import type { Outcome, Problem, Start } from '../../client/index.ts'
import { rememberNext } from '../email-confirmation/next-after-mail.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { Note } from '../frame/note.tsx'
import { usePlaceName } from '../frame/use-place-name.ts'
import { here } from '../here.ts'
import { passkeyPlace } from '../passkeys/browser.ts'
import { ProviderButtons } from '../providers/provider-buttons.tsx'
import { client } from '../queries.ts'
import { currentLanguage, type TextKey } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'

type Way = 'password' | 'passkey' | 'code'
const WAY_WORDS = {
  password: 'signUp.withPassword',
  passkey: 'signUp.withPasskey',
  code: 'signUp.withCode',
} as const satisfies Record<Way, TextKey>

export type NewPerson = { name: string; email: string }

type Props = {
  start: Start
  typed: NewPerson
  next: string | undefined
  /** Out of the link that led here. */
  invitation: string | null
  forgetInvitation: () => void
  done: (at: 'link_sent' | 'code_sent', person: NewPerson) => void
  children: ReactNode
}

export function SignUpForm({
  start,
  typed,
  next,
  invitation: given,
  forgetInvitation,
  done,
  children,
}: Props) {
  const { t } = useTexts()
  const place = usePlaceName()
  // One that does not work stands in nobody's way where nobody needs one.
  const [refused, setRefused] = useState<string | null>(null)
  const invitation = given === refused ? null : given
  const [way, setWay] = useState<Way>(start.passwordSignIn ? 'password' : 'code')
  const isPasskeyOffered = passkeyPlace(start) === 'here'
  const submit = useSubmit({
    fields: { name: 'optional', email: 'required', password: way === 'password' ? 'required' : 'optional' },
    blame: {
      email_not_valid: 'email',
      password_too_short: 'password',
      password_too_long: 'password',
      password_common: 'password',
    },
    async send({ name, email, password }): Promise<Outcome<unknown>> {
      const language = currentLanguage()
      if (way === 'code') return client.sendSignInCode({ email, language })
      const outcome = await client.signUp({
        email,
        language,
        ...(way === 'password' ? { password } : {}),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(invitation === null ? {} : { invitation }),
      })
      if (outcome.ok || (start.signUp === 'open' && isOfInvitation(outcome.problem))) forgetInvitation()
      if (!outcome.ok && start.signUp === 'open' && isOfInvitation(outcome.problem)) setRefused(invitation)
      return outcome
    },
    done(_sent, { name, email }) {
      rememberNext(way === 'passkey' ? `${here.base}/account?add=passkey` : next)
      done(way === 'code' ? 'code_sent' : 'link_sent', { name: name.trim(), email: email.trim() })
    },
  })
  const isCodeOffered = start.emailCodeSignIn && invitation === null && start.signUp === 'open'
  const offered = { password: start.passwordSignIn, passkey: isPasskeyOffered, code: isCodeOffered }
  const others = (Object.keys(WAY_WORDS) as Way[]).filter((other) => other !== way && offered[other])
  const ways = (
    <>
      {others.map((other) => (
        <button key={other} type="button" className="link" onClick={() => setWay(other)}>
          {t(WAY_WORDS[other])}
        </button>
      ))}
      {children}
    </>
  )
  return (
    <Card
      title={t('signUp.title')}
      text={invitation === null ? undefined : t('signUp.invitedText', { place })}
      ways={ways}
    >
      {refused !== null && <Note kind="plain" text={t('signUp.uninvited')} />}
      <Form submit={submit}>
        <TextField
          kind="name"
          name="name"
          label={t('field.name')}
          defaultValue={typed.name}
          error={submit.errorOf('name')}
          enterKeyHint="next"
          optional
          autoFocus
        />
        <TextField
          kind="email"
          name="email"
          label={t('field.email')}
          defaultValue={typed.email}
          error={submit.errorOf('email')}
          autoComplete="username"
          enterKeyHint={way === 'password' ? 'next' : 'done'}
        />
        {way === 'password' && (
          <NewPasswordField name="password" label={t('field.password')} error={submit.errorOf('password')} />
        )}
        {way === 'passkey' && <p>{t('signUp.passkeyText')}</p>}
        <SubmitButton busy={submit.busy}>
          {way === 'code' ? t('signUp.codeSubmit') : t('signUp.submit')}
        </SubmitButton>
      </Form>
      <ProviderButtons
        start={start}
        errand={{
          ...(next === undefined ? {} : { next }),
          ...(invitation === null ? {} : { invitation }),
        }}
      />
    </Card>
  )
}

function isOfInvitation({ code }: Problem): boolean {
  return ['invitation_not_valid', 'invitation_expired', 'inviter_disabled'].includes(code)
}
