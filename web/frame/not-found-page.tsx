import { useQuery } from '@tanstack/react-query'
import { here } from '../here.ts'
import { startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Card, CardGround } from './card.tsx'

export function NotFoundPage() {
  const { t } = useTexts()
  const { data: start } = useQuery({ ...startQuery, enabled: false })
  // Unknown, it may be the realm that there is not.
  const home = start === undefined ? '/' : `${here.base}/`
  return (
    <CardGround>
      <Card
        title={t('notFound.title')}
        text={t('notFound.text')}
        ways={<a href={home}>{t('notFound.home')}</a>}
      />
    </CardGround>
  )
}
