import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Account, Client } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { client } from '../queries.ts'
import { SecondStep } from '../sign-in/second-step.tsx'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'

type Answer = Extract<Awaited<ReturnType<Client['signInWithProvider']>>, { ok: true }>['value']
export type PendingSignUp = Extract<Answer, { signUp: unknown }>['signUp']

type Props = {
  signUp: PendingSignUp
  provider: string
  invitation: string | undefined
  done: (account: Account) => Promise<void>
}

/** Long enough for the next key. */
const PAUSE_MILLISECONDS = 300

/** The last step of a sign-up that began at a provider: how one is called here. */
export function ChooseName({ signUp, provider, invitation, done }: Props) {
  const { t } = useTexts()
  const { token, email } = signUp
  const [secondStep, setSecondStep] = useState<string | null>(null)
  const [username, setUsername] = useState(signUp.username)
  const submit = useSubmit({
    fields: { username: 'required', name: 'optional' },
    blame: { username_taken: 'username', username_not_valid: 'username' },
    send: ({ username, name }) =>
      client.signUpWithProvider({
        token,
        username: username.trim(),
        language: currentLanguage(),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(invitation === undefined ? {} : { invitation }),
      }),
    done: (answer) =>
      'secondStep' in answer ? setSecondStep(answer.secondStep.token) : done(answer.account),
  })
  if (secondStep !== null) {
    return <SecondStep token={secondStep} done={done} again={() => setSecondStep(null)} />
  }
  return (
    <Card
      title={t('providers.chooseTitle')}
      text={t('providers.chooseText', { provider, email })}
      ways={<Link to="/sign-in">{t('signUp.haveAccount')}</Link>}
    >
      <Form submit={submit}>
        <TextField
          kind="username"
          name="username"
          label={t('field.username')}
          defaultValue={signUp.username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          description={<Availability token={token} username={username.trim()} />}
          error={submit.errorOf('username')}
          maxLength={100}
          enterKeyHint="next"
          autoFocus
        />
        <TextField
          kind="name"
          name="name"
          label={t('field.name')}
          defaultValue={signUp.name ?? ''}
          error={submit.errorOf('name')}
          maxLength={100}
          enterKeyHint="done"
          optional
        />
        <SubmitButton busy={submit.busy}>{t('signUp.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}

/** Says whether a name is free while one types, and nothing while it is not known. */
function Availability({ token, username }: { token: string; username: string }) {
  const { t } = useTexts()
  const [settled] = useDebouncedValue(username, PAUSE_MILLISECONDS)
  const { data: available } = useQuery({
    queryKey: ['username', token, settled],
    queryFn: async () => {
      const outcome = await client.isUsernameFree({ token, username: settled })
      // What is wrong with more than the name, sending the form says.
      return outcome.ok ? outcome.value.available : null
    },
    enabled: settled !== '',
    staleTime: 10_000,
    retry: false,
  })
  const isKnown = settled === username && available !== undefined && available !== null
  return (
    <span aria-live="polite">
      {isKnown && username !== ''
        ? t(available ? 'providers.nameFree' : 'providers.nameNotFree', { username })
        : t('providers.nameHelp')}
    </span>
  )
}
