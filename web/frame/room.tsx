import { Notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../look/icons.tsx'
import { Mark } from '../look/mark.tsx'
import { Avatar } from '../pictures/avatar.tsx'
import { accountQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { LanguageLinks, ThemeLink } from './choices.tsx'
import classes from './room.module.css'
import { usePlaceName } from './use-place-name.ts'
import { useSignOut } from './use-sign-out.ts'

/** Desktop: a rail at the side; phone: the same as a bar at the bottom. Signed out: neither. */
export function Room() {
  const { t } = useTexts()
  const { data: account } = useQuery(accountQuery)
  const placeName = usePlaceName()
  const signOut = useSignOut()
  if (!account) return <OpenRoom />
  return (
    <div className={classes.room}>
      <SkipLink />
      <nav className={classes.rail} aria-label={t('nav.label')}>
        <Link to="/" className={classes.home} aria-hidden="true" tabIndex={-1}>
          <Mark size={22} />
          <span>{placeName}</span>
        </Link>
        <RailLink to="/" icon="start">
          {t('nav.start')}
        </RailLink>
        <span className={classes.space} />
        <Link to="/account" className={classes.place}>
          <Avatar person={account} size={20} />
          <span>{t('nav.account')}</span>
        </Link>
        {account.role === 'admin' && (
          <RailLink to="/admin" icon="admin">
            {t('nav.admin')}
          </RailLink>
        )}
        <button type="button" className={`${classes.place} ${classes.deskOnly}`} onClick={signOut}>
          <Icon name="signOut" />
          <span>{t('nav.signOut')}</span>
        </button>
      </nav>
      <main id="content" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
      <Notifications className={classes.toasts} position="bottom-center" autoClose={6000} limit={2} />
    </div>
  )
}

function OpenRoom() {
  const placeName = usePlaceName()
  return (
    <div className={classes.open}>
      <SkipLink />
      <header className={classes.openTop}>
        <Link to="/" className={classes.home}>
          <Mark size={22} />
          <span>{placeName}</span>
        </Link>
        <div className={classes.openChoices}>
          <LanguageLinks />
          <ThemeLink />
        </div>
      </header>
      <main id="content" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

type RailPath = '/' | '/admin'

function RailLink({ to, icon, children }: { to: RailPath; icon: IconName; children: ReactNode }) {
  return (
    <Link to={to} className={classes.place} activeOptions={{ exact: to === '/' }}>
      <Icon name={icon} />
      <span>{children}</span>
    </Link>
  )
}

export function SkipLink() {
  const { t } = useTexts()
  return (
    <a href="#content" className={classes.skip}>
      {t('app.skip')}
    </a>
  )
}
