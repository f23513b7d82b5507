import { useQuery } from '@tanstack/react-query'
import classes from '../account/account.module.css'
import { AccountPart } from '../account/account-part.tsx'
import { startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { InvitedSection } from './invited-section.tsx'
import { LinkSection } from './link-section.tsx'

/** What one hands to people one wants to have here, and who came by it. */
export function InvitationsPage() {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  if (start === undefined) return null
  return (
    <AccountPart title={t('invite.title')}>
      {start.signUp === 'closed' ? (
        <p className={classes.section}>{t('problem.signUpClosed')}</p>
      ) : (
        <LinkSection />
      )}
      <InvitedSection />
    </AccountPart>
  )
}
