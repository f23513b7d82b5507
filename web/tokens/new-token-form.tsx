import { NativeSelect } from '@mantine/core'
import type { Account } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton } from '../account/parts.tsx'
import { PresenceFields } from '../account/presence-fields.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { client, queryClient, tokensQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { readScopes, ScopesField } from './scopes-field.tsx'

type Props = {
  account: Account
  cancel: () => void
  done: (made: { name: string; token: string }) => void
}

export function NewTokenForm({ account, cancel, done }: Props) {
  const { t } = useTexts()
  const { hasPassword, role } = account
  const submit = useSubmit({
    fields: {
      name: 'required',
      scopes: 'required',
      days: 'optional',
      password: hasPassword ? 'required' : 'optional',
    },
    blame: { password_wrong: 'password', scope_not_allowed: 'scopes' },
    send: ({ name, scopes, days, password }) =>
      client.createToken({
        name: name.trim(),
        scopes: readScopes(scopes),
        days: days === '' ? null : Number(days),
        ...(hasPassword ? { password } : {}),
      }),
    async done({ token, apiToken }) {
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey })
      done({ name: apiToken.name, token })
    },
  })
  const lifetimes = [
    ...[30, 90].map((count) => ({ value: String(count), label: t('tokens.days', { count }) })),
    { value: '365', label: t('tokens.year') },
    { value: '', label: t('tokens.never') },
  ]
  return (
    <Form submit={submit}>
      <TextField
        kind="text"
        name="name"
        label={t('tokens.name')}
        description={t('tokens.nameHelp')}
        error={submit.errorOf('name')}
        autoComplete="off"
        enterKeyHint="next"
        maxLength={100}
        autoFocus
      />
      <ScopesField name="scopes" isAdmin={role === 'admin'} error={submit.errorOf('scopes')} />
      <NativeSelect name="days" label={t('tokens.ends')} data={lifetimes} defaultValue="90" />
      <PresenceFields account={account} submit={submit} enterKeyHint="done" next="/account/tokens" />
      <div className={classes.actions}>
        <SubmitButton busy={submit.busy} wide={false}>
          {t('tokens.create')}
        </SubmitButton>
        <CancelButton cancel={cancel} />
      </div>
    </Form>
  )
}
