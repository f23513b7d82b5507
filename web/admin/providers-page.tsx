import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ProviderStates } from '../../client/index.ts'
import { CopyButton } from '../frame/copy-button.tsx'
import { PageTitle } from '../frame/page-title.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import { Empty } from './empty.tsx'
import classes from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import own from './providers-page.module.css'
import { providersQuery } from './queries.ts'
import { RowsWaiting } from './rows-waiting.tsx'

const route = getRouteApi('/admin/providers')

/** By which providers people of the realm sign in, how each is doing, and what to register there. */
export function ProvidersPage() {
  const { t } = useTexts()
  const { realm } = route.useSearch()
  const { data: states, error, refetch } = useQuery(providersQuery(realm))
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <PageTitle title={t('admin.providers')} />
      </header>
      {error && <LoadProblem error={error} retry={refetch} />}
      {states === undefined && !error && <RowsWaiting />}
      {states?.providers.length === 0 && (
        <Empty icon="key" title={t('admin.noProviders')} text={t('admin.noProvidersText')} />
      )}
      {states !== undefined && states.providers.length > 0 && (
        <>
          <p className={classes.text}>{t('admin.providersText')}</p>
          <ul className={own.list}>
            {states.providers.map((provider) => (
              <Provider key={provider.name} provider={provider} returnUrls={states.returnUrls} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Provider({
  provider: { name, title, url, clientId, answers, trouble },
  returnUrls,
}: {
  provider: ProviderStates['providers'][number]
  returnUrls: ProviderStates['returnUrls']
}) {
  const { t } = useTexts()
  return (
    <li className={own.provider}>
      <h2>
        {title}
        <span className={own.state} data-waits={!answers || undefined}>
          {answers ? t('admin.providerAnswers') : t('admin.providerSilent')}
        </span>
      </h2>
      <dl className={own.facts}>
        <dt>{t('admin.providerUrl')}</dt>
        <dd>{url}</dd>
        <dt>{t('admin.providerClient')}</dt>
        <dd>{clientId}</dd>
        {returnUrls.map(({ app, url: template }) => {
          const address = template.replace('{provider}', name)
          return (
            <div key={address} className={own.fact}>
              <dt>{app === null ? t('admin.providerReturn') : t('admin.providerReturnOf', { app })}</dt>
              <dd>
                <code>{address}</code> <CopyButton text={address} />
              </dd>
            </div>
          )
        })}
        {trouble !== null && (
          <>
            <dt>{t('admin.providerTrouble')}</dt>
            <dd>
              {trouble.words} · <When at={trouble.at} text="admin.providerTroubleAt" />
            </dd>
          </>
        )}
      </dl>
    </li>
  )
}
