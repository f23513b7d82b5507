import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { startQuery, strengthQuery } from '../queries.ts'
import type { TextKey } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './forms.module.css'
import { PasswordField } from './password-field.tsx'

const WORDS = [
  'password.veryWeak',
  'password.weak',
  'password.fair',
  'password.good',
  'password.strong',
] as const satisfies TextKey[]

/** One request for a pause in typing, not one for each letter. */
const PAUSE_MILLISECONDS = 250

/** A new password and how long it would stand, judged by the server, which will judge it again. */
export function NewPasswordField({
  name,
  label,
  error,
  autoFocus = false,
}: {
  name: string
  label: string
  error: string | undefined
  autoFocus?: boolean
}) {
  const { t } = useTexts()
  const [typed, setTyped] = useState({ password: '', hints: [] as string[] })
  const [judged] = useDebouncedValue(typed, PAUSE_MILLISECONDS)
  const { data: start } = useQuery(startQuery)
  const { data: strength } = useQuery({
    ...strengthQuery(judged.password, judged.hints),
    placeholderData: keepPreviousData,
  })
  const shown = typed.password === '' ? undefined : strength
  const score = shown === undefined ? -1 : shown.acceptable ? shown.score : Math.min(shown.score, 1)
  return (
    <div>
      <PasswordField
        name={name}
        label={label}
        autoComplete="new-password"
        enterKeyHint="done"
        error={error}
        autoFocus={autoFocus}
        description={t('field.passwordHelp', { lengthMin: start?.passwordLengthMin ?? 8 })}
        onInput={({ currentTarget: field }) => setTyped({ password: field.value, hints: hintsBeside(field) })}
      />
      <div className={classes.meter} data-score={score}>
        <div className={classes.bars} aria-hidden="true">
          {WORDS.slice(1).map((word, at) => (
            <span key={word} data-on={score > at || undefined} />
          ))}
        </div>
        <p aria-live="polite">
          {shown !== undefined && t('password.strength', { words: t(WORDS[Math.max(score, 0)] ?? WORDS[0]) })}
        </p>
      </div>
    </div>
  )
}

/** What else stands in the form counts as guessable: a name, an address. */
function hintsBeside(field: HTMLInputElement): string[] {
  const others = [...(field.form?.elements ?? [])].filter(
    (other): other is HTMLInputElement =>
      other instanceof HTMLInputElement && ['name', 'email', 'username'].includes(other.name),
  )
  return others.map((other) => other.value).filter((value) => value !== '')
}
