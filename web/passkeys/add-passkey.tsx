import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Account, Client, Problem } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton, OpenButton, useOpening } from '../account/parts.tsx'
import { PresenceFields } from '../account/presence-fields.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Note } from '../frame/note.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { toast } from '../frame/toast.tsx'
import { client, connectionsQuery, passkeysQuery, queryClient } from '../queries.ts'
import type { TextKey } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { createPasskey } from './browser.ts'
import { stopSuggesting } from './suggestion-memory.ts'

type Credential = Parameters<Client['addPasskey']>[0]['credential']

const route = getRouteApi('/room/account')

export function AddPasskey({ account }: { account: Account }) {
  const { t } = useTexts()
  // Who signed up without a password is led here, and has come for this.
  const { add } = route.useSearch()
  const opening = useOpening(add === 'passkey' && !account.hasPassword)
  if (opening.isOpen) return <AddForm account={account} close={opening.close} />
  return (
    <div className={classes.actions}>
      <OpenButton opening={opening} text={t('passkeys.add')} />
    </div>
  )
}

/** First who one is, then the device's own question. */
function AddForm({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTexts()
  const { hasPassword } = account
  const [words, setWords] = useState<TextKey | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = useSubmit({
    fields: { password: hasPassword ? 'required' : 'optional' },
    blame: { password_wrong: 'password' },
    send({ password }) {
      setWords(null)
      setProblem(null)
      return client.askPasskey(hasPassword ? { password } : {})
    },
    async done({ options }) {
      const made = await createPasskey(options)
      if (!made.ok) return setWords(made.words)
      const outcome = await client.addPasskey({ credential: made.value as Credential })
      if (!outcome.ok) return setProblem(outcome.problem)
      toast(t, t('passkeys.added', { name: outcome.value.passkey.name }))
      stopSuggesting()
      // Which of the others is the last way in has changed too.
      void queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
      await queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey })
      close()
    },
  })
  return (
    <Form submit={submit}>
      {words && (
        <div role="alert">
          <Note kind="plain" text={t(words)} />
        </div>
      )}
      {problem && <ProblemNote problem={problem} />}
      <p>{hasPassword ? t('passkeys.addText') : t('passkeys.addTextAlone')}</p>
      <PresenceFields account={account} submit={submit} enterKeyHint="next" autoFocus />
      <div className={classes.actions}>
        <SubmitButton busy={submit.busy} wide={false}>
          {t('passkeys.addSubmit')}
        </SubmitButton>
        <CancelButton cancel={close} />
      </div>
    </Form>
  )
}
