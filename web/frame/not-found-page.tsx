import { Link } from '@tanstack/react-router'
import { useTexts } from '../texts/use-texts.ts'
import { Card, CardGround } from './card.tsx'

export function NotFoundPage() {
  const { t } = useTexts()
  return (
    <CardGround>
      <Card
        title={t('notFound.title')}
        text={t('notFound.text')}
        ways={<Link to="/">{t('notFound.home')}</Link>}
      />
    </CardGround>
  )
}
