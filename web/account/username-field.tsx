import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { TextField } from '../forms/text-field.tsx'
import { usernameQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'

const TYPING_MS = 300

/** Says while one types whether the name is to be had. */
export function UsernameField({
  begun,
  error,
  isOptional,
}: {
  begun: string
  error: string | undefined
  isOptional: boolean
}) {
  const { t } = useTexts()
  const [typed, setTyped] = useState(begun)
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS)
  const { data } = useQuery(usernameQuery(asked === begun ? '' : asked))
  const judgement = asked === typed.trim() && asked !== begun ? data : undefined
  const wrong =
    judgement === 'taken'
      ? t('problem.usernameTaken')
      : judgement === 'not_valid'
        ? t('problem.usernameNotValid')
        : undefined
  return (
    <TextField
      kind="username"
      name="username"
      label={t('field.username')}
      description={
        // Drawn from the beginning, so that what changes in it is read out.
        <span aria-live="polite">
          {judgement === 'free' ? t('account.usernameFree', { username: asked }) : t('account.usernameHelp')}
        </span>
      }
      defaultValue={begun}
      error={error ?? wrong}
      enterKeyHint="done"
      optional={isOptional ? 'unmarked' : false}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  )
}
