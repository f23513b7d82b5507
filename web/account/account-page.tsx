import { useQuery } from '@tanstack/react-query'
import { PageTitle } from '../frame/page-title.tsx'
import { useSignOut } from '../frame/use-sign-out.ts'
import { PasskeysSection } from '../passkeys/passkeys-section.tsx'
import { ConnectionsSection } from '../providers/connections-section.tsx'
import { accountQuery } from '../queries.ts'
import { SecondFactorSection } from '../second-factor/second-factor-section.tsx'
import { useTexts } from '../texts/use-texts.ts'
import classes from './account.module.css'
import { EmailSection } from './email-section.tsx'
import { LookSection } from './look-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { ProfileSection } from './profile-section.tsx'
import { PushDevicesSection } from './push-devices-section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { InviteSection, TokensSection } from './ways-sections.tsx'

export function AccountPage() {
  const { t } = useTexts()
  const { data: account } = useQuery(accountQuery)
  const signOut = useSignOut()
  // Signed out, the page is on its way out.
  if (!account) return null
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <PageTitle title={t('account.title')} />
        {/* The rail has it too, but a phone's bar has no room for it. */}
        <button type="button" className={`link ${classes.phoneOnly}`} onClick={signOut}>
          {t('nav.signOut')}
        </button>
      </header>
      <ProfileSection account={account} />
      <EmailSection account={account} />
      <PasswordSection account={account} />
      <PasskeysSection account={account} />
      <ConnectionsSection account={account} />
      <SecondFactorSection account={account} />
      <SessionsSection />
      <PushDevicesSection />
      <InviteSection />
      <TokensSection />
      <LookSection account={account} />
    </div>
  )
}
