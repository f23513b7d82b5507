import { Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { LoggedAction } from '../../client/index.ts'
import { PageTitle } from '../frame/page-title.tsx'
import { useTexts } from '../texts/use-texts.ts'
import classes from './activity.module.css'
import { ActivityFilters } from './activity-filters.tsx'
import { ActivityList } from './activity-list.tsx'
import { Empty } from './empty.tsx'
import list from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { activityQuery } from './queries.ts'
import { RowsWaiting } from './rows-waiting.tsx'
import type { ActivitySearch } from './search.ts'
import { type LiveState, useLiveLog } from './use-live-log.ts'

const route = getRouteApi('/admin/activity')

/** What happens in a realm, as it happens; older entries as one goes down. */
export function ActivityPage() {
  const { t } = useTexts()
  const search = route.useSearch()
  const { realm, action, about } = search
  const navigate = route.useNavigate()
  const queries = useQueryClient()
  const query = activityQuery(realm, action, about)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(query)
  const live = useLiveLog(realm, () => void queries.invalidateQueries({ queryKey: query.queryKey }))
  /** The newest entry that is shown while it stands still. */
  const [heldAt, setHeldAt] = useState<number | null>(null)

  const all = merge(live.entries, data?.pages.flat() ?? []).filter((entry) => matches(search, entry))
  const shown = heldAt === null ? all : all.filter(({ id }) => id <= heldAt)
  const isFiltered =
    action !== undefined || about !== undefined || search.app !== undefined || search.address !== undefined
  const older = () => void (hasNextPage && !isFetchingNextPage && fetchNextPage())
  // What is looked for may be rare: as long as a page shows little, the next is fetched, a few times.
  const pages = data?.pages.length ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && shown.length < FEW && pages < PAGES_UNASKED)
      void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, shown.length, pages, fetchNextPage])

  return (
    <div className={list.page}>
      <header className={list.head}>
        <PageTitle title={t('admin.activity')} />
        <div className={classes.live}>
          <State state={live.state} isHeld={heldAt !== null} />
          <Button
            variant="default"
            aria-pressed={heldAt !== null}
            onClick={() => setHeldAt(heldAt === null ? (all[0]?.id ?? 0) : null)}
          >
            {heldAt === null ? t('activity.pause') : t('activity.follow')}
          </Button>
        </div>
      </header>
      <ActivityFilters entries={all} />
      <div aria-live="polite">
        {heldAt !== null && all.length > shown.length && (
          <button type="button" className={classes.waiting} onClick={() => setHeldAt(null)}>
            {t('activity.held', { count: all.length - shown.length })}
          </button>
        )}
      </div>
      {error && <LoadProblem error={error} retry={refetch} />}
      {data === undefined && !error && <RowsWaiting />}
      {shown.length > 0 && <ActivityList entries={shown} />}
      {data !== undefined && shown.length === 0 && !hasNextPage && (
        <Empty
          icon="activity"
          title={t(isFiltered ? 'admin.nothingFound' : 'activity.none')}
          text={t(isFiltered ? 'activity.nothingFoundText' : 'activity.noneText')}
        >
          {isFiltered && (
            <button
              type="button"
              className="link"
              onClick={() => navigate({ search: realm === undefined ? {} : { realm } })}
            >
              {t('admin.clearFilters')}
            </button>
          )}
        </Empty>
      )}
      {hasNextPage && <Older key={pages} older={older} />}
    </div>
  )
}

const FEW = 30
const PAGES_UNASKED = 5

function merge(live: LoggedAction[], listed: LoggedAction[]): LoggedAction[] {
  const byId = new Map([...live, ...listed].map((entry) => [entry.id, entry]))
  return [...byId.values()].sort((a, b) => b.id - a.id)
}

function matches({ action, about, app, address }: ActivitySearch, entry: LoggedAction): boolean {
  if (action !== undefined && entry.action !== action) return false
  if (about !== undefined && entry.account?.uid !== about) return false
  if (app !== undefined && entry.app !== app) return false
  return address === undefined || (entry.address?.startsWith(address) ?? false)
}

function State({ state, isHeld }: { state: LiveState; isHeld: boolean }) {
  const { t } = useTexts()
  const words = {
    connecting: t('activity.connecting'),
    live: isHeld ? t('activity.paused') : t('activity.live'),
    broken: t('activity.broken'),
  }
  return (
    <span role="status" className={classes.state} data-state={isHeld && state === 'live' ? 'held' : state}>
      {words[state]}
    </span>
  )
}

/** Fetches what is older when it comes into view, or by the keyboard. */
function Older({ older }: { older: () => void }) {
  const { t } = useTexts()
  const button = useRef<HTMLButtonElement>(null)
  const fetch = useRef(older)
  fetch.current = older
  useEffect(() => {
    const observer = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) fetch.current()
    })
    if (button.current) observer.observe(button.current)
    return () => observer.disconnect()
  }, [])
  return (
    <div>
      <button ref={button} type="button" className={`link ${list.more}`} onClick={older}>
        {t('activity.older')}
      </button>
    </div>
  )
}
