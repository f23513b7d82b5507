import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Account } from '../../client/index.ts'
import { OpenButton, useOpening } from '../account/parts.tsx'
import { Section } from '../account/section.tsx'
import { GivenText } from '../frame/given-text.tsx'
import { Note } from '../frame/note.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { NewTokenForm } from './new-token-form.tsx'
import classes from './tokens.module.css'

type Made = { name: string; token: string }

export function NewTokenSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const opening = useOpening()
  const [made, setMade] = useState<Made | null>(null)
  const done = (token: Made) => {
    setMade(token)
    opening.close()
  }
  return (
    <Section title={t('tokens.new')} text={t('tokens.newText')}>
      <div aria-live="polite" hidden={made === null}>
        {made !== null && (
          <Note kind="wait" title={t('tokens.made', { name: made.name })} text={t('tokens.madeText')}>
            <GivenText label={t('tokens.new')} text={made.token} copy={t('tokens.copy')} />
            <div className={classes.put}>
              <Button variant="default" onClick={() => setMade(null)}>
                {t('tokens.put')}
              </Button>
            </div>
          </Note>
        )}
      </div>
      {opening.isOpen && <NewTokenForm account={account} cancel={opening.close} done={done} />}
      {!opening.isOpen && made === null && (
        <div>
          <OpenButton opening={opening} text={t('tokens.open')} />
        </div>
      )}
    </Section>
  )
}
