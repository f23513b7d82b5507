import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { OpenButton, useOpening } from '../account/parts.tsx'
import { Section } from '../account/section.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { toast } from '../frame/toast.tsx'
import { client, ProblemError, queryClient, secondFactorQuery, startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { CodeForm } from './code-form.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SetUpSecondFactor } from './set-up.tsx'

/** A second step at sign-in, by an authenticator app; where the realm's apps cannot ask for one, nothing. */
export function SecondFactorSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  const { data: status, error } = useQuery(secondFactorQuery)
  const [codes, setCodes] = useState<string[] | null>(null)
  if (!start?.secondFactor) return null
  const refresh = () => queryClient.invalidateQueries({ queryKey: secondFactorQuery.queryKey })
  return (
    <Section title={t('secondFactor.title')} text={t('secondFactor.text')}>
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {status === undefined && error === null && <Skeleton height={56} />}
      {codes !== null && <RecoveryCodes codes={codes} done={() => setCodes(null)} />}
      {codes === null && status?.enabledAt === null && (
        <Off
          account={account}
          enabled={async (made) => {
            setCodes(made)
            toast(t, t('secondFactor.enabled'))
            await refresh()
          }}
        />
      )}
      {codes === null && status !== undefined && status.enabledAt !== null && (
        <On
          left={status.recoveryCodesLeft}
          renewed={async (made) => {
            setCodes(made)
            await refresh()
          }}
          disabled={async () => {
            toast(t, t('secondFactor.disabled'))
            await refresh()
          }}
        />
      )}
    </Section>
  )
}

function Off({ account, enabled }: { account: Account; enabled: (codes: string[]) => Promise<void> }) {
  const { t } = useTexts()
  const opening = useOpening()
  if (opening.isOpen) return <SetUpSecondFactor account={account} enabled={enabled} close={opening.close} />
  return (
    <>
      <p>{t('secondFactor.off')}</p>
      <div className={classes.actions}>
        <OpenButton opening={opening} text={t('secondFactor.switchOn')} />
      </div>
    </>
  )
}

type OnProps = {
  left: number
  renewed: (codes: string[]) => Promise<void>
  disabled: () => Promise<void>
}

function On({ left, renewed, disabled }: OnProps) {
  const { t } = useTexts()
  const renewing = useOpening()
  const disabling = useOpening()
  if (renewing.isOpen) {
    return (
      <CodeForm
        text={t('secondFactor.renewText')}
        label={t('field.code')}
        submitText={t('secondFactor.renew')}
        send={(code) => client.renewRecoveryCodes({ code })}
        done={({ recoveryCodes }) => renewed(recoveryCodes)}
        close={renewing.close}
      />
    )
  }
  if (disabling.isOpen) {
    return (
      <CodeForm
        text={t('secondFactor.disableText')}
        label={t('secondFactor.anyCode')}
        submitText={t('secondFactor.switchOff')}
        send={(code) => client.disableSecondFactor({ code })}
        done={disabled}
        close={disabling.close}
      />
    )
  }
  return (
    <>
      <p>{t('secondFactor.on', { count: left })}</p>
      <div className={classes.actions}>
        <OpenButton opening={renewing} text={t('secondFactor.renew')} />
        <OpenButton opening={disabling} text={t('secondFactor.switchOff')} />
      </div>
    </>
  )
}
