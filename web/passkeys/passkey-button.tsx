import { Button } from '@mantine/core'
import { useLate } from '../forms/submit-button.tsx'
import { Note } from '../frame/note.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { Icon } from '../look/icons.tsx'
import { useTexts } from '../texts/use-texts.ts'
import classes from './passkeys.module.css'
import type { PasskeySignIn } from './use-passkey-sign-in.ts'

export function PasskeyButton({ passkey }: { passkey: PasskeySignIn }) {
  const { t } = useTexts()
  const { isOffered, busy, problem, words, signIn } = passkey
  const late = useLate(busy)
  if (!isOffered) return null
  return (
    <div className={classes.way}>
      {problem && <ProblemNote problem={problem} />}
      {words && (
        <div role="alert">
          <Note kind="plain" text={t(words)} />
        </div>
      )}
      <Button
        variant="default"
        fullWidth
        leftSection={<Icon name="passkey" />}
        loading={late}
        aria-busy={busy}
        onClick={() => busy || signIn()}
      >
        {t('signIn.withPasskey')}
      </Button>
    </div>
  )
}
