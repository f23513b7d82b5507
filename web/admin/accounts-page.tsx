import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { PageTitle } from '../frame/page-title.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { AccountsFilters } from './accounts-filters.tsx'
import { AccountsTable } from './accounts-table.tsx'
import { Empty } from './empty.tsx'
import classes from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { NewAccount } from './new-account.tsx'
import { Pager } from './pager.tsx'
import { accountsQuery, PAGE_SIZE } from './queries.ts'
import { RowsWaiting } from './rows-waiting.tsx'

const route = getRouteApi('/admin/accounts')

/** Everybody of a realm, a page at a time; what is looked for stands in the address. */
export function AccountsPage() {
  const { t } = useTexts()
  const [isAdding, setAdding] = useState(false)
  const { realm, search, role, status, sort = '-created', page = 1 } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useQuery(
    accountsQuery({ realm, search, role, status, sort, offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }),
  )
  const isFiltered = search !== undefined || role !== undefined || status !== undefined
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <PageTitle title={t('admin.accounts')} />
        <Button onClick={() => setAdding(true)}>{t('admin.new')}</Button>
      </header>
      <AccountsFilters />
      {error && <LoadProblem error={error} retry={refetch} />}
      {!data && !error && <RowsWaiting />}
      {data && data.total > 0 && (
        <>
          <AccountsTable accounts={data.accounts} sort={sort} />
          <Pager page={page} total={data.total} shown={data.accounts.length} />
        </>
      )}
      {data?.total === 0 && isFiltered && (
        <Empty icon="people" title={t('admin.nothingFound')} text={t('admin.nothingFoundText')}>
          <button
            type="button"
            className="link"
            onClick={() => navigate({ search: { ...(realm === undefined ? {} : { realm }) } })}
          >
            {t('admin.clearFilters')}
          </button>
        </Empty>
      )}
      {data?.total === 0 && !isFiltered && (
        <Empty icon="people" title={t('admin.nobody')} text={t('admin.nobodyText')} />
      )}
      {isAdding && <NewAccount closed={() => setAdding(false)} />}
    </div>
  )
}
