import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Referral } from '../../client/index.ts'
import { PageTitle } from '../frame/page-title.tsx'
import { Icon } from '../look/icons.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Empty } from './empty.tsx'
import classes from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { referralsQuery } from './queries.ts'
import { RowsWaiting } from './rows-waiting.tsx'
import { nameOf, numberWords } from './words.ts'

const route = getRouteApi('/admin/invitations')

/** Who invited whom: a list in which each person opens to those whom they invited. */
export function InvitationsPage() {
  const { t } = useTexts()
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <PageTitle title={t('admin.invitations')} />
      </header>
      <p className={classes.text}>{t('admin.invitationsText')}</p>
      <Level under={undefined} label={t('admin.invitations')} />
    </div>
  )
}

/** One level is fetched when it is opened, and no more of it than is asked for. */
function Level({ under, label }: { under: string | undefined; label: string }) {
  const { t, language } = useTexts()
  const { realm } = route.useSearch()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    referralsQuery(realm, under),
  )
  const people = data?.pages.flatMap((page) => page.people) ?? []
  const left = (data?.pages.at(-1)?.total ?? 0) - people.length
  if (error) return <LoadProblem error={error} retry={refetch} />
  if (data === undefined) return <RowsWaiting />
  if (people.length === 0 && under === undefined)
    return <Empty icon="tree" title={t('admin.noInvited')} text={t('admin.noInvitedText')} />
  return (
    <>
      <ul className={classes.tree} aria-label={label}>
        {people.map((person) => (
          <Person key={person.account.uid} person={person} />
        ))}
      </ul>
      {hasNextPage && (
        <button
          type="button"
          className={`link ${classes.more}`}
          onClick={() => !isFetchingNextPage && fetchNextPage()}
        >
          {t('admin.showMore', { left: numberWords(left, language) })}
        </button>
      )}
    </>
  )
}

function Person({ person: { account, invited } }: { person: Referral }) {
  const { t, language } = useTexts()
  const [isOpen, setOpen] = useState(false)
  const name = nameOf(account)
  const label = t('admin.invitedOf', { name })
  return (
    <li>
      <div className={classes.person}>
        {invited > 0 ? (
          <button
            type="button"
            className={classes.twist}
            aria-expanded={isOpen}
            aria-label={label}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="twist" />
          </button>
        ) : (
          <span className={classes.twist} />
        )}
        <Link
          to="."
          search={(now) => ({ ...now, account: account.uid })}
          resetScroll={false}
          data-row={account.uid}
        >
          {name}
        </Link>
        {account.name !== null && <span className={classes.email}>{account.email}</span>}
        {invited > 0 && (
          <span className={classes.count}>
            {t('admin.invited', { count: invited, shown: numberWords(invited, language) })}
          </span>
        )}
      </div>
      {isOpen && <Level under={account.uid} label={label} />}
    </li>
  )
}
