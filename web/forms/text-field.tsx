import { TextInput, type TextInputProps } from '@mantine/core'
import { useTexts } from '../texts/use-texts.ts'

const KINDS = {
  text: {},
  name: { autoComplete: 'name', autoCapitalize: 'words', spellCheck: false },
  email: {
    type: 'email',
    inputMode: 'email',
    autoComplete: 'email',
    autoCapitalize: 'none',
    spellCheck: false,
  },
  username: { autoComplete: 'username', autoCapitalize: 'none', spellCheck: false },
  /** An address or a username; the keyboard is the one that has an @. */
  identifier: { inputMode: 'email', autoComplete: 'username', autoCapitalize: 'none', spellCheck: false },
} as const satisfies Record<string, TextInputProps>

type Props = TextInputProps & { name: string; kind: keyof typeof KINDS; optional?: boolean | 'unmarked' }

export function TextField({ kind, optional = false, label, ...rest }: Props) {
  const { t } = useTexts()
  return (
    <TextInput
      {...KINDS[kind]}
      {...rest}
      label={optional === true ? t('field.optional', { label: String(label) }) : label}
      aria-required={optional ? undefined : true}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    />
  )
}
