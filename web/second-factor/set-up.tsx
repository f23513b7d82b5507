import { useState } from 'react'
import type { Account, SecondFactorSetup } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton } from '../account/parts.tsx'
import { PresenceFields } from '../account/presence-fields.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { CopyButton } from '../frame/copy-button.tsx'
import { QrCode } from '../frame/qr-code.tsx'
import { client } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { CodeForm } from './code-form.tsx'
import own from './second-factor.module.css'

type Props = { account: Account; enabled: (codes: string[]) => Promise<void>; close: () => void }

/** First who one is, then the app, then a code of it that shows that both agree. */
export function SetUpSecondFactor({ account, enabled, close }: Props) {
  const [setup, setSetup] = useState<SecondFactorSetup | null>(null)
  if (setup === null) return <ProveYourself account={account} begun={setSetup} close={close} />
  return <TellTheApp setup={setup} enabled={enabled} close={close} />
}

function ProveYourself({
  account,
  begun,
  close,
}: {
  account: Account
  begun: (setup: SecondFactorSetup) => void
  close: () => void
}) {
  const { t } = useTexts()
  const { hasPassword } = account
  const submit = useSubmit({
    fields: { password: hasPassword ? 'required' : 'optional' },
    blame: { password_wrong: 'password' },
    send: ({ password }) => client.setUpSecondFactor(hasPassword ? { password } : {}),
    done: (setup) => begun(setup),
  })
  return (
    <Form submit={submit}>
      <p>{t('secondFactor.needsApp')}</p>
      <PresenceFields account={account} submit={submit} enterKeyHint="next" autoFocus />
      <div className={classes.actions}>
        <SubmitButton busy={submit.busy} wide={false}>
          {t('signIn.continue')}
        </SubmitButton>
        <CancelButton cancel={close} />
      </div>
    </Form>
  )
}

function TellTheApp({
  setup: { secret, uri },
  enabled,
  close,
}: {
  setup: SecondFactorSetup
  enabled: Props['enabled']
  close: () => void
}) {
  const { t } = useTexts()
  return (
    <>
      <p>{t('secondFactor.scan')}</p>
      <QrCode text={uri} label={t('secondFactor.qrLabel')} />
      <p className="dimmed">{t('secondFactor.orType')}</p>
      <p className={own.secret}>
        <code>{secret.match(/.{1,4}/g)?.join(' ')}</code>
        <CopyButton text={secret} />
      </p>
      <CodeForm
        text={t('secondFactor.firstCode')}
        label={t('field.code')}
        submitText={t('secondFactor.switchOn')}
        send={(code) => client.enableSecondFactor({ code })}
        done={({ recoveryCodes }) => enabled(recoveryCodes)}
        close={close}
      />
    </>
  )
}
