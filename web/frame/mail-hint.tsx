import { useQuery } from '@tanstack/react-query'
import { startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'

/** Where to look for a mail that was sent, or, without a mail server, for what it would have said. */
export function MailHint() {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  return <p className="dimmed">{start?.mail === 'captured' ? t('start.capturedText') : t('mail.hint')}</p>
}
