import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Note } from '../frame/note.tsx'
import { client } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './account.module.css'
import { CancelButton, OpenButton, SignInAgain, useOpening } from './parts.tsx'
import { ResendLink } from './resend-link.tsx'
import { Section } from './section.tsx'

export function EmailSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const opening = useOpening()
  const [sentTo, setSentTo] = useState<string | null>(null)
  const proved = account.emailProvedAt !== null
  return (
    <Section title={t('account.email')} text={t('account.emailText')}>
      <p className={classes.line}>
        <strong>{account.email ?? t('account.noEmail')}</strong>
        {account.email !== null && (
          <span className={classes.state} data-waits={proved ? undefined : true}>
            {proved ? t('account.proved') : t('account.unproved')}
          </span>
        )}
      </p>
      <div aria-live="polite" hidden={sentTo === null}>
        {sentTo !== null && <Note kind="plain" text={t('account.changeEmailSent', { email: sentTo })} />}
      </div>
      {opening.isOpen ? (
        <ChangeEmail
          account={account}
          cancel={opening.close}
          done={(email) => {
            setSentTo(email)
            opening.close()
          }}
        />
      ) : (
        <div className={classes.actions}>
          <OpenButton opening={opening} text={t('account.changeEmail')} />
          {account.email !== null && !proved && <ResendLink email={account.email} />}
        </div>
      )}
    </Section>
  )
}

type Props = { account: Account; cancel: () => void; done: (email: string) => void }

function ChangeEmail({ account, cancel, done }: Props) {
  const { t } = useTexts()
  const submit = useSubmit({
    fields: { newEmail: 'required', password: account.hasPassword ? 'required' : 'optional' },
    blame: { email_not_valid: 'newEmail', email_same: 'newEmail', password_wrong: 'password' },
    send: ({ newEmail, password }) =>
      client.changeEmail({ newEmail: newEmail.trim(), ...(account.hasPassword ? { password } : {}) }),
    done: (_sent, { newEmail }) => done(newEmail.trim()),
  })
  return (
    <Form submit={submit}>
      <TextField
        kind="email"
        name="newEmail"
        label={t('field.newEmail')}
        description={t('account.changeEmailHelp')}
        error={submit.errorOf('newEmail')}
        enterKeyHint="next"
        autoFocus
      />
      {account.hasPassword && (
        <PasswordField
          name="password"
          label={t('field.currentPassword')}
          autoComplete="current-password"
          enterKeyHint="done"
          error={submit.errorOf('password')}
        />
      )}
      <SignInAgain problem={submit.problem} />
      <div className={classes.actions}>
        <SubmitButton busy={submit.busy} wide={false}>
          {t('account.changeEmailSubmit')}
        </SubmitButton>
        <CancelButton cancel={cancel} />
      </div>
    </Form>
  )
}
