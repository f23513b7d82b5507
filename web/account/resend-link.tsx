import { useState } from 'react'
import type { Problem } from '../../client/index.ts'
import { accountQuery, client, queryClient } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'

/** Has the link that proves the address mailed once more. */
export function ResendLink({ email }: { email: string }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const [end, setEnd] = useState<'sent' | Problem | null>(null)

  async function resend() {
    const outcome = await client.sendConfirmation()
    setEnd(outcome.ok ? 'sent' : outcome.problem)
    // Proved meanwhile, on another device: then there is nothing to send, and this goes away.
    if (!outcome.ok && outcome.problem.code === 'email_proved') {
      await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey })
    }
  }

  return (
    <div aria-live="polite">
      {end === 'sent' ? (
        <p>{t('account.resent', { email })}</p>
      ) : (
        <button type="button" className="link" onClick={resend}>
          {t('account.resend')}
        </button>
      )}
      {end !== null && end !== 'sent' && <p>{words(end)}</p>}
    </div>
  )
}
