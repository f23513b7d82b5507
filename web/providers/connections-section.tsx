import { Skeleton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account, Connection, Start } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton, OpenButton, useOpening } from '../account/parts.tsx'
import { PresenceFields } from '../account/presence-fields.tsx'
import { Section } from '../account/section.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { ProblemNote } from '../frame/problem-note.tsx'
import { toast, toastFailure } from '../frame/toast.tsx'
import { Icon } from '../look/icons.tsx'
import { client, connectionsQuery, ProblemError, queryClient, startQuery } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import { rememberErrand } from './errand.ts'
import own from './providers.module.css'

/** The providers that open the account, and those that could. Where there is neither, nothing. */
export function ConnectionsSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  const { data: connections, error } = useQuery(connectionsQuery)
  if (start === undefined) return null
  if (start.providers.length === 0 && (connections ?? []).length === 0) return null
  const isLinked = (name: string) => connections?.some(({ provider }) => provider === name)
  const others = start.providers.filter(({ name }) => !isLinked(name))
  return (
    <Section title={t('providers.title')} text={t('providers.text')} anchor="providers">
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {connections === undefined && error === null && <Skeleton height={56} />}
      {connections !== undefined && (
        <ul>
          {connections.map((connection) => (
            <LinkedRow key={connection.provider} connection={connection} />
          ))}
          {others.map((provider) => (
            <OtherRow key={provider.name} provider={provider} account={account} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function LinkedRow({ connection }: { connection: Connection }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const { provider, title, email, createdAt, lastWayIn } = connection
  const unlink = useMutation({
    mutationFn: () => client.unlinkProvider(provider),
    async onSuccess(outcome) {
      // Taken off meanwhile from elsewhere is as good.
      if (!outcome.ok && outcome.problem.code !== 'not_linked') toastFailure(t, words(outcome.problem))
      else toast(t, t('providers.unlinked', { provider: title }))
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
    },
  })
  return (
    <li className={own.row}>
      <Icon name="key" />
      <div>
        <div className={classes.line}>
          <strong>{title}</strong>
        </div>
        <p>
          {email !== null && <>{email} · </>}
          <When at={createdAt} text="providers.since" />
        </p>
        {lastWayIn && <p>{t('providers.lastWayIn')}</p>}
      </div>
      {!lastWayIn && (
        <button
          type="button"
          className="link"
          aria-label={t('providers.unlinkOf', { provider: title })}
          onClick={() => unlink.isPending || unlink.mutate()}
        >
          {t('providers.unlink')}
        </button>
      )}
    </li>
  )
}

function OtherRow({
  provider: { name, title },
  account,
}: {
  provider: Start['providers'][number]
  account: Account
}) {
  const { t } = useTexts()
  const opening = useOpening()
  return (
    <li className={own.row}>
      <Icon name="key" />
      <div>
        <div className={classes.line}>
          <strong>{title}</strong>
        </div>
        {opening.isOpen ? (
          <LinkForm name={name} title={title} account={account} close={opening.close} />
        ) : (
          <p>{t('providers.notYet')}</p>
        )}
      </div>
      {!opening.isOpen && (
        <OpenButton
          opening={opening}
          text={t('providers.link')}
          label={t('providers.linkOf', { provider: title })}
        />
      )}
    </li>
  )
}

/** First who one is, then away to the provider. */
function LinkForm({
  name,
  title,
  account,
  close,
}: {
  name: string
  title: string
  account: Account
  close: () => void
}) {
  const { t } = useTexts()
  const { hasPassword } = account
  const [isLeaving, setLeaving] = useState(false)
  const submit = useSubmit({
    fields: { password: hasPassword ? 'required' : 'optional' },
    blame: { password_wrong: 'password' },
    send: ({ password }) => client.beginLink(name, hasPassword ? { password } : {}),
    done({ url }) {
      rememberErrand({ flow: 'link' })
      setLeaving(true)
      location.assign(url)
    },
  })
  return (
    <div className={own.form}>
      <Form submit={submit}>
        <PresenceFields account={account} submit={submit} enterKeyHint="go" autoFocus />
        <div className={classes.actions}>
          <SubmitButton busy={submit.busy || isLeaving} wide={false}>
            {t('providers.goTo', { provider: title })}
          </SubmitButton>
          <CancelButton cancel={close} />
        </div>
      </Form>
    </div>
  )
}
