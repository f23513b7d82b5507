import { Link } from '@tanstack/react-router'
import { Card, CardGround } from '../frame/card.tsx'
import { useTexts } from '../texts/use-texts.ts'

/** For who is signed in and no admin. */
export function NotAllowed() {
  const { t } = useTexts()
  return (
    <CardGround>
      <Card
        title={t('admin.notAllowed')}
        text={t('admin.notAllowedText')}
        ways={<Link to="/">{t('notFound.home')}</Link>}
      />
    </CardGround>
  )
}
