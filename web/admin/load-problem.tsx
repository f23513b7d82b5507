import { Button } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { ProblemNote } from '../frame/problem-note.tsx'
import { useSignInAgain } from '../frame/use-sign-in-again.ts'
import { ProblemError } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './list.module.css'

/** What stands where a list or a panel could not be had; what is no answer of the server is thrown on. */
export function LoadProblem({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTexts()
  const signInAgain = useSignInAgain(useLocation().href)
  if (!(error instanceof ProblemError)) throw error
  const isSignedOut = error.problem.code === 'signed_out'
  return (
    <div className={classes.problem}>
      <ProblemNote problem={error.problem} />
      <Button variant="default" onClick={isSignedOut ? signInAgain : retry}>
        {isSignedOut ? t('account.signInAgain') : t('problem.retry')}
      </Button>
    </div>
  )
}
