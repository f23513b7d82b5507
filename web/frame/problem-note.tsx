import { useEffect, useRef } from 'react'
import type { Problem } from '../../client/index.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { CopyButton } from './copy-button.tsx'
import classes from './note.module.css'
import { Note } from './note.tsx'

/** A failure that no field is to blame for: what to do, and the request to ask the operator about. */
export function ProblemNote({ problem, kept = false }: { problem: Problem; kept?: boolean }) {
  const words = useProblemWords()
  const { t } = useTexts()
  const note = useRef<HTMLDivElement>(null)
  // A long form may have scrolled away from where this appears.
  useEffect(() => {
    // Braces, because new browsers answer with a promise, which React would take for a clean-up.
    note.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div role="alert" ref={note}>
      <Note
        kind="danger"
        title={t('problem.title')}
        text={kept ? `${words(problem)} ${t('problem.kept')}` : words(problem)}
      >
        {problem.requestId !== undefined && <RequestId id={problem.requestId} />}
      </Note>
    </div>
  )
}

export function RequestId({ id }: { id: string }) {
  const { t } = useTexts()
  return (
    <p className={classes.request}>
      <span>{t('problem.requestId', { id })}</span>
      <CopyButton text={id} />
    </p>
  )
}
