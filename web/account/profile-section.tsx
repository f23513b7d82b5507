import { Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { PictureField } from '../pictures/picture-field.tsx'
import { accountQuery, client, queryClient, startQuery } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Section } from './section.tsx'
import { UsernameField } from './username-field.tsx'

export function ProfileSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const { data: start } = useQuery(startQuery)
  const hasProfile = start?.profiles ?? false
  // What the fields began with. They are drawn anew only by "Undo": a save leaves the focus where it is.
  const [begun, setBegun] = useState({ account, drawing: 0 })

  const submit = useSubmit({
    fields: {
      name: 'optional',
      username: account.username === null ? 'optional' : 'required',
      bio: 'optional',
    },
    blame: { username_taken: 'username', username_not_valid: 'username' },
    send: ({ name, username, bio }) =>
      client.changeAccount({
        ...changes(name.trim() || null, username.trim() || null),
        ...(hasProfile && { bio: bio.trim() || null }),
      }),
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

  async function restore({ name, username, bio }: Account): Promise<boolean> {
    const outcome = await client.changeAccount({
      name,
      ...(username === null ? {} : { username }),
      ...(hasProfile && { bio }),
    })
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
      <PictureField account={account} kind="picture" />
      {hasProfile && <PictureField account={account} kind="banner" />}
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
        <UsernameField
          begun={begun.account.username ?? ''}
          error={submit.errorOf('username')}
          isOptional={account.username === null}
        />
        {hasProfile && (
          <Textarea
            name="bio"
            label={t('account.bio')}
            description={t('account.bioHelp')}
            defaultValue={begun.account.bio ?? ''}
            error={submit.errorOf('bio')}
            maxLength={500}
            autosize
            minRows={2}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
        )}
        <div>
          <SubmitButton busy={submit.busy} wide={false}>
            {t('account.save')}
          </SubmitButton>
        </div>
      </Form>
    </Section>
  )
}
