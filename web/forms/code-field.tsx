import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './forms.module.css'

const DIGITS = 6

/** Six digits in one field, which sends its form by itself when the last one is there. */
export function CodeField({ name, label, error }: { name: string; label: string; error: ReactNode }) {
  return (
    <TextInput
      name={name}
      label={label}
      error={error}
      classNames={{ input: classes.code }}
      inputMode="numeric"
      autoComplete="one-time-code"
      enterKeyHint="done"
      spellCheck={false}
      aria-required
      autoFocus
      onChange={({ currentTarget: field }) => {
        // Mails and phones paste "123 456" and "123-456".
        const digits = field.value.replace(/\D/g, '').slice(0, DIGITS)
        const grew = digits.length === DIGITS && digits !== field.dataset.sent
        field.value = digits
        if (grew) field.form?.requestSubmit()
        // Typing over the same six digits must be able to send them again, a caret move must not.
        if (grew) field.dataset.sent = digits
        else if (digits.length < DIGITS) delete field.dataset.sent
      }}
    />
  )
}
