import { NativeSelect } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { Note } from '../frame/note.tsx'
import { SkipLink } from '../frame/room.tsx'
import { here } from '../here.ts'
import { Icon, type IconName } from '../look/icons.tsx'
import { Mark } from '../look/mark.tsx'
import { accountQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { AccountPanel } from './account-panel.tsx'
import classes from './admin-room.module.css'
import { NotAllowed } from './not-allowed.tsx'
import { realmsQuery } from './queries.ts'
import { rememberRealm } from './realm-memory.ts'
import { useManagedRealm, useRealm } from './use-realm.ts'

/** The console: a rail of its own at the side; on a phone, a menu at the top. */
export function AdminRoom() {
  const { data: account } = useQuery(accountQuery)
  const router = useRouter()
  const isSignedOut = account === null
  useEffect(() => {
    // One may sign out everywhere from here, and so here too.
    if (!isSignedOut) return
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.publicHref } })
  }, [isSignedOut, router])
  if (!account) return null
  if (account.role !== 'admin') return <NotAllowed />
  return (
    <div className={classes.room}>
      <SkipLink />
      <Rail />
      <main id="content" className={classes.page} tabIndex={-1}>
        <DefaultPasswordNote />
        <Outlet />
        <AccountPanel />
      </main>
      <Notifications position="bottom-center" autoClose={6000} limit={2} />
    </div>
  )
}

/** Realms whose first admin can be anybody at the server's own machine, until its password is replaced. */
function DefaultPasswordNote() {
  const { t } = useTexts()
  const { data: realms = [] } = useQuery(realmsQuery)
  const titles = realms.filter(({ defaultPassword }) => defaultPassword).map(({ title }) => title)
  if (titles.length === 0) return null
  return (
    <div className={classes.warning}>
      <Note kind="wait" text={t('admin.defaultPassword', { realm: titles.join(', ') })} />
    </div>
  )
}

function Rail() {
  const { t } = useTexts()
  const id = useId()
  const { pathname } = useLocation()
  const [isOpen, setOpen] = useState(false)
  const hasPlace = useManagedRealm()?.hasPlace ?? false
  useEffect(() => {
    // On a phone the menu has done its work when another page shows.
    if (pathname !== '') setOpen(false)
  }, [pathname])
  return (
    <nav className={classes.rail} aria-label={t('admin.nav')} data-open={isOpen || undefined}>
      <div className={classes.top}>
        <Link to="/" className={classes.home} aria-label={t('app.name')}>
          <Mark size={22} />
        </Link>
        <span className={classes.title}>{t('admin.title')}</span>
        <button
          type="button"
          className={classes.menu}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
          {t('admin.menu')}
        </button>
      </div>
      <div id={id} className={classes.places}>
        <RealmPicker />
        <Place to="/admin/accounts" icon="people">
          {t('admin.accounts')}
        </Place>
        <Place to="/admin/invitations" icon="tree">
          {t('admin.invitations')}
        </Place>
        <Place to="/admin/mailbox" icon="mail">
          {t('admin.mailbox')}
        </Place>
        <Place to="/admin/providers" icon="key">
          {t('admin.providers')}
        </Place>
        <Place to="/admin/activity" icon="activity">
          {t('admin.activity')}
        </Place>
        {hasPlace && (
          <Place to="/admin/place" icon="place">
            {t('admin.place')}
          </Place>
        )}
        <span className={classes.space} />
        <Link to="/" className={classes.place}>
          <Icon name="start" />
          <span>{t('nav.start')}</span>
        </Link>
        <Link to="/account" className={classes.place}>
          <Icon name="account" />
          <span>{t('nav.account')}</span>
        </Link>
      </div>
    </nav>
  )
}

type PlaceProps = {
  to:
    | '/admin/accounts'
    | '/admin/invitations'
    | '/admin/mailbox'
    | '/admin/activity'
    | '/admin/providers'
    | '/admin/place'
  icon: IconName
  children: ReactNode
}

function Place({ to, icon, children }: PlaceProps) {
  const realm = useRealm()
  return (
    <Link
      to={to}
      search={realm === undefined ? {} : { realm }}
      className={classes.place}
      activeOptions={{ includeSearch: false }}
    >
      <Icon name={icon} />
      <span>{children}</span>
    </Link>
  )
}

function RealmPicker() {
  const { t } = useTexts()
  const realm = useRealm() ?? here.realm
  const navigate = useNavigate()
  const { data: realms = [] } = useQuery(realmsQuery)
  if (realms.length < 2) return null
  return (
    <NativeSelect
      className={classes.picker}
      label={t('admin.realm')}
      value={realm}
      data={realms.map(({ name, title }) => ({
        value: name,
        label: title.toLowerCase() === name ? title : t('admin.realmNamed', { title, name }),
      }))}
      onChange={({ currentTarget: { value } }) => {
        rememberRealm(value)
        // What else stands in the address is of the realm before: a search, a page, an open account.
        return navigate({ to: '.', search: { realm: value } })
      }}
    />
  )
}
