import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Problem, Start } from '../../client/index.ts'
import { useLate } from '../forms/submit-button.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { client } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { type Errand, rememberErrand } from './errand.ts'
import classes from './providers.module.css'

/** The ways in from elsewhere; where none is set up, nothing. */
export function ProviderButtons({ start, errand }: { start: Start; errand: Omit<Errand, 'flow'> }) {
  const [away, setAway] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (start.providers.length === 0) return null

  async function go(provider: string) {
    if (away !== null) return
    setAway(provider)
    setProblem(null)
    const outcome = await client.beginWithProvider(provider)
    if (outcome.ok) {
      rememberErrand({ flow: 'sign_in', ...errand })
      // It stays busy: the page is on its way out.
      return location.assign(outcome.value.url)
    }
    setAway(null)
    setProblem(outcome.problem)
  }

  return (
    <div className={classes.buttons}>
      {problem && <ProblemNote problem={problem} />}
      {start.providers.map(({ name, title }) => (
        <ProviderButton key={name} title={title} busy={away === name} go={() => go(name)} />
      ))}
    </div>
  )
}

function ProviderButton({ title, busy, go }: { title: string; busy: boolean; go: () => void }) {
  const { t } = useTexts()
  return (
    <Button variant="default" fullWidth loading={useLate(busy)} aria-busy={busy} onClick={go}>
      {t('providers.continueWith', { provider: title })}
    </Button>
  )
}
