import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { LinkLook } from '../../client/index.ts'
import { Card } from '../frame/card.tsx'
import { accountQuery } from '../queries.ts'
import { useGoOn } from '../sign-in/use-go-on.ts'
import { useTexts } from '../texts/use-texts.ts'
import { takeNext } from './next-after-mail.ts'

export type End = {
  outcome: 'confirmed' | 'refused'
  look: LinkLook
  /** The answer signed this browser in. */
  here: boolean
  /** The account is of a realm that people mostly meet in its app. */
  elsewhere: boolean
}

export function Ended({ outcome, look, here, elsewhere }: End) {
  const { t } = useTexts()
  const goOn = useGoOn()
  const navigate = useNavigate()
  const { data: account } = useQuery(accountQuery)
  const { email, purpose } = look
  if (outcome === 'refused') {
    const text = purpose === 'email_change' ? t('confirm.refusedChangeText') : t('confirm.refusedText')
    return <Card key="refused" title={t('confirm.refusedTitle')} text={text} />
  }
  if (here || account) {
    return (
      <Card key="here" title={t('confirm.doneTitle')} text={t('confirm.doneSignedInText', { email })}>
        <Button onClick={() => goOn(takeNext())}>{t('confirm.go')}</Button>
      </Card>
    )
  }
  return (
    <Card
      key="done"
      title={t('confirm.doneTitle')}
      text={elsewhere ? t('confirm.doneElsewhereText', { email }) : t('confirm.doneText', { email })}
    >
      <Button onClick={() => navigate({ to: '/sign-in', search: { next: takeNext() } })}>
        {t('signIn.title')}
      </Button>
    </Card>
  )
}

export function Dead() {
  const { t } = useTexts()
  return (
    <Card
      key="dead"
      title={t('confirm.deadTitle')}
      text={t('confirm.deadText')}
      ways={<Link to="/sign-in">{t('signIn.title')}</Link>}
    />
  )
}
