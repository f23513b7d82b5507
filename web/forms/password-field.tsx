import { ActionIcon, TextInput, type TextInputProps } from '@mantine/core'
import { useState } from 'react'
import { Icon } from '../look/icons.tsx'
import { useTexts } from '../texts/use-texts.ts'

type Props = TextInputProps & { name: string; autoComplete: 'current-password' | 'new-password' }

export function PasswordField(props: Props) {
  const { t } = useTexts()
  const [shown, setShown] = useState(false)
  const words = shown ? t('password.hide') : t('password.show')
  return (
    <TextInput
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      aria-required
      {...props}
      type={shown ? 'text' : 'password'}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      rightSectionPointerEvents="all"
      rightSection={
        // Mantine's own PasswordInput listens to mouse and touch alone: a screen reader's click is lost.
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={words}
          title={words}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eyeOff' : 'eye'} />
        </ActionIcon>
      }
    />
  )
}
