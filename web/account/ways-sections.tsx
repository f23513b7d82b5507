import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './account.module.css'
import { Section } from './section.tsx'

/** The way to one's invitation; where nobody may come in, there is none. */
export function InviteSection() {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  if (start === undefined || start.signUp === 'closed') return null
  return (
    <Section title={t('account.invite')} text={t('account.inviteText')}>
      <div className={classes.actions}>
        <Link to="/account/invitations">{t('account.inviteShow')}</Link>
      </div>
    </Section>
  )
}

export function TokensSection() {
  const { t } = useTexts()
  return (
    <Section title={t('account.tokens')} text={t('account.tokensText')}>
      <div className={classes.actions}>
        <Link to="/account/tokens">{t('account.tokensShow')}</Link>
      </div>
    </Section>
  )
}
