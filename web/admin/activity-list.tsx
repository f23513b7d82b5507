import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { LoggedAction } from '../../client/index.ts'
import { exactTime, relativeTime } from '../texts/time-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './activity.module.css'
import { actionWords, isTrouble, methodWords } from './activity-words.ts'
import { type RowProps, useRows } from './rows.ts'

const TICK_MILLISECONDS = 20_000

/** One line for each entry: when, what, about whom and by whom, from where. */
export function ActivityList({ entries }: { entries: LoggedAction[] }) {
  const { t } = useTexts()
  const now = useNow()
  const row = useRows(entries.flatMap(({ id, account }) => (account === null ? [] : [String(id)])))
  return (
    <table className={classes.table} aria-label={t('admin.activity')}>
      <colgroup>
        <col style={{ width: '212px' }} />
        <col style={{ width: '32%' }} />
        <col style={{ width: 'auto' }} />
        <col style={{ width: '22%' }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('activity.when')}</th>
          <th scope="col">{t('activity.what')}</th>
          <th scope="col">{t('activity.who')}</th>
          <th scope="col">{t('activity.where')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} now={now} row={row(String(entry.id))} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ entry, now, row }: { entry: LoggedAction; now: number; row: RowProps }) {
  const { t } = useTexts()
  const { action, actor, account, app, address } = entry
  const method = methodWords(entry, t)
  const isByAnother = actor !== null && actor.uid !== account?.uid
  return (
    <tr>
      <td className="tabular">
        <Time at={entry.createdAt} now={now} />
      </td>
      <td data-trouble={isTrouble(entry) || undefined}>
        {t(actionWords(action))}
        {method !== null && <span className={classes.quiet}> {method}</span>}
      </td>
      <td>
        {account === null ? (
          <span className={classes.quiet}>{t('activity.nobody')}</span>
        ) : (
          <Link to="." search={(before) => ({ ...before, about: account.uid })} resetScroll={false} {...row}>
            {account.name ?? t('activity.unnamed')}
          </Link>
        )}
        {isByAnother && (
          <span className={classes.quiet}>
            {' '}
            {t('activity.by', { name: actor.name ?? t('activity.unnamed') })}
          </span>
        )}
      </td>
      <td className={classes.quiet}>
        {[app, address].filter((known) => known !== null).join(' · ') || t('activity.server')}
      </td>
    </tr>
  )
}

/** How long ago, and just when; all of it on hover. */
function Time({ at, now }: { at: number; now: number }) {
  const { t, language } = useTexts()
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  const clock = new Intl.DateTimeFormat(
    language,
    isToday ? { timeStyle: 'medium' } : { dateStyle: 'short', timeStyle: 'short' },
  )
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at, language)}>
      <span>{clock.format(at)}</span>
      <span className={classes.quiet}> {relativeTime(at, now, language) ?? t('time.now')}</span>
    </time>
  )
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MILLISECONDS)
    return () => clearInterval(timer)
  }, [])
  return now
}
