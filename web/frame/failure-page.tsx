import { Button } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import type { Problem } from '../../client/index.ts'
import { ProblemError } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Card, CardGround } from './card.tsx'
import { RequestId } from './problem-note.tsx'

/** A page that could not be shown at all: the server is away, or we have a bug. */
export function FailurePage({ error, reset }: ErrorComponentProps) {
  const { t } = useTexts()
  const words = useProblemWords()
  const router = useRouter()
  const problem: Problem =
    error instanceof ProblemError ? error.problem : { code: 'internal', title: '', status: 0 }
  const retry = () => {
    reset()
    router.invalidate()
  }
  return (
    <CardGround>
      <Card title={t('failure.title')} text={words(problem)}>
        <Button onClick={retry}>{t('problem.retry')}</Button>
        {problem.requestId !== undefined && <RequestId id={problem.requestId} />}
      </Card>
    </CardGround>
  )
}
