import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { accountQuery, client, queryClient } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Section } from './section.tsx'

export function ProfileSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const words = useProblemWords()
  // What the fields began with. They are drawn anew only by "Undo": a save leaves the focus where it is.
  const [begun, setBegun] = useState({ account, drawing: 0 })

  const submit = useSubmit({
    fields: { name: 'optional', username: account.username === null ? 'optional' : 'required' },
    blame: { username_taken: 'username', username_not_valid: 'username' },
    send: ({ name, username }) => client.changeAccount(changes(name.trim() || null, username.trim() || null)),
    done({ account: changed }) {
      queryClient.setQueryData(accountQuery.queryKey, changed)
      // A username cannot be given back, only replaced by another one.
      const canUndo = account.username !== null || changed.username === null
      toast(t, t('account.saved'), canUndo ? () => restore(account) : undefined)
    },
  })

  function changes(name: string | null, username: string | null) {
    return { name, ...(username === null || username === account.username ? {} : { username }) }
  }

  async function restore({ name, username }: Account): Promise<boolean> {
    const outcome = await client.changeAccount({ name, ...(username === null ? {} : { username }) })
    if (!outcome.ok) {
      toastFailure(t, words(outcome.problem))
      return false
    }
    queryClient.setQueryData(accountQuery.queryKey, outcome.value.account)
    setBegun(({ drawing }) => ({ account: outcome.value.account, drawing: drawing + 1 }))
    return true
  }

  return (
    <Section title={t('account.profile')} text={t('account.profileText')}>
      <Form key={begun.drawing} submit={submit}>
        <TextField
          kind="name"
          name="name"
          label={t('field.name')}
          description={t('account.nameHelp')}
          defaultValue={begun.account.name ?? ''}
          error={submit.errorOf('name')}
          enterKeyHint="done"
          optional="unmarked"
        />
        <TextField
          kind="username"
          name="username"
          label={t('field.username')}
          description={t('account.usernameHelp')}
          defaultValue={begun.account.username ?? ''}
          error={submit.errorOf('username')}
          enterKeyHint="done"
          optional={account.username === null ? 'unmarked' : false}
        />
        <div>
          <SubmitButton busy={submit.busy} wide={false}>
            {t('account.save')}
          </SubmitButton>
        </div>
      </Form>
    </Section>
  )
}
