import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Account, App, Start } from '../../client/index.ts'
import { ResendLink } from '../account/resend-link.tsx'
import { Note } from '../frame/note.tsx'
import { PageTitle } from '../frame/page-title.tsx'
import { here } from '../here.ts'
import { PasskeySuggestion } from '../passkeys/suggestion.tsx'
import { accountQuery, startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './start.module.css'

export function StartPage() {
  const { data: start } = useQuery(startQuery)
  const { data: account } = useQuery(accountQuery)
  if (start === undefined) return null
  return (
    <div className={classes.page}>
      {account ? <Greeting account={account} /> : <Welcome start={start} />}
      {start.mail === 'captured' && <Captured />}
      <Apps apps={start.apps.filter(({ realm }) => here.isMain || realm === here.realm)} />
    </div>
  )
}

function Welcome({ start }: { start: Start }) {
  const { t } = useTexts()
  return (
    <header className={classes.head}>
      <PageTitle title={t('start.title')}>{here.isMain ? t('start.welcome') : start.title}</PageTitle>
      <p className="dimmed">{t('start.welcomeText')}</p>
      <div className={classes.ways}>
        <Button renderRoot={(props) => <Link to="/sign-in" {...props} />}>{t('start.signIn')}</Button>
        {start.signUp === 'open' && <Link to="/sign-up">{t('start.signUp')}</Link>}
      </div>
    </header>
  )
}

function Greeting({ account }: { account: Account }) {
  const { t } = useTexts()
  const name = account.name ?? account.username ?? account.email ?? ''
  return (
    <>
      <header className={classes.head}>
        <PageTitle title={t('start.title')}>{t('start.hello', { name })}</PageTitle>
      </header>
      {account.email !== null && account.emailProvedAt === null && (
        <Note
          kind="wait"
          title={t('start.unproved', { email: account.email })}
          text={t('start.unprovedText')}
        >
          <ResendLink email={account.email} />
        </Note>
      )}
      <PasskeySuggestion />
    </>
  )
}

function Captured() {
  const { t } = useTexts()
  return <Note kind="wait" title={t('start.captured')} text={t('start.capturedText')} />
}

function Apps({ apps }: { apps: App[] }) {
  const { t } = useTexts()
  if (apps.length === 0) {
    return (
      <section className={classes.head}>
        <h2>{t('start.noApps')}</h2>
        <p className="dimmed">{t('start.noAppsText')}</p>
      </section>
    )
  }
  return (
    <section aria-labelledby="apps">
      <h2 id="apps">{t('start.apps')}</h2>
      <ul className={classes.apps}>
        {apps.map((app) => (
          <li key={app.name} className={classes.app}>
            <h3>{app.name}</h3>
            {/* The server describes its apps in English. */}
            <p lang="en" className={classes.summary}>
              {app.summary}
            </p>
            <p className={classes.address}>
              <span>{new URL(app.url, location.origin).href.replace(/\/$/, '')}</span>
              <span>{t('start.realm', { realm: app.realm })}</span>
            </p>
            <a className={classes.docs} href={app.docsUrl} aria-label={t('start.docsOf', { app: app.name })}>
              {t('start.docs')}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
