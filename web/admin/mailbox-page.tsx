import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Mail } from '../../client/index.ts'
import { Note } from '../frame/note.tsx'
import { PageTitle } from '../frame/page-title.tsx'
import { startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Chips } from './chips.tsx'
import { Empty } from './empty.tsx'
import classes from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { MailPanel } from './mail-panel.tsx'
import { kindWords, mailStateWords } from './mail-words.ts'
import { Moment } from './moment.tsx'
import { mailsQuery } from './queries.ts'
import { type RowProps, useRows } from './rows.ts'
import { RowsWaiting } from './rows-waiting.tsx'
import { MAIL_STATES } from './search.ts'

const route = getRouteApi('/admin/mailbox')

/** What the server mailed, or would have: the newest first, and looked at again by itself. */
export function MailboxPage() {
  const { t } = useTexts()
  const { realm, state, mail: open } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: start } = useQuery(startQuery)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    mailsQuery(realm, state),
  )
  const mails = data?.pages.flat() ?? []
  const isCaptured = start?.mail === 'captured'
  return (
    <>
      <div className={classes.page}>
        <header className={classes.head}>
          <PageTitle title={t('admin.mailbox')} />
        </header>
        {isCaptured ? (
          <Note kind="wait" title={t('start.captured')} text={t('admin.capturedText')} />
        ) : (
          <p className={classes.text}>{t('admin.mailboxText')}</p>
        )}
        <div className={classes.bar}>
          <Chips
            label={t('admin.state')}
            all={t('admin.allMail')}
            values={MAIL_STATES.map((value) => ({
              value,
              label: t(mailStateWords(value === 'sent' && isCaptured ? 'captured' : value)),
            }))}
            chosen={state}
            choose={(chosen) =>
              navigate({ search: (now) => ({ ...now, state: chosen }), resetScroll: false })
            }
          />
        </div>
        {error && <LoadProblem error={error} retry={refetch} />}
        {data === undefined && !error && <RowsWaiting />}
        {mails.length > 0 && <MailTable mails={mails} open={open} />}
        {data !== undefined && mails.length === 0 && (
          <Empty
            icon="mail"
            title={state === undefined ? t('admin.noMail') : t('admin.noMailOfState')}
            text={state === undefined ? t('admin.noMailText') : t('admin.noMailOfStateText')}
          />
        )}
        {hasNextPage && (
          <div>
            <button
              type="button"
              className={`link ${classes.more}`}
              onClick={() => !isFetchingNextPage && fetchNextPage()}
            >
              {t('admin.olderMail')}
            </button>
          </div>
        )}
      </div>
      {open !== undefined && data !== undefined && (
        <MailPanel key={open} id={open} mail={mails.find(({ id }) => id === open)} />
      )}
    </>
  )
}

function MailTable({ mails, open }: { mails: Mail[]; open: number | undefined }) {
  const { t } = useTexts()
  const row = useRows(mails.map(({ id }) => String(id)))
  return (
    <table className={classes.table} aria-label={t('admin.mailbox')}>
      <colgroup>
        <col style={{ width: '40%' }} />
        <col style={{ width: '34%' }} />
        <col style={{ width: '13%' }} />
        <col style={{ width: '13%' }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('admin.mailTo')}</th>
          <th scope="col">{t('admin.mailAbout')}</th>
          <th scope="col">{t('admin.state')}</th>
          <th scope="col">{t('admin.mailWritten')}</th>
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <Row key={mail.id} mail={mail} isOpen={mail.id === open} row={row(String(mail.id))} />
        ))}
      </tbody>
    </table>
  )
}

function Row({
  mail: { id, to, kind, state, createdAt },
  isOpen,
  row,
}: {
  mail: Mail
  isOpen: boolean
  row: RowProps
}) {
  const { t } = useTexts()
  return (
    <tr className={classes.row} data-open={isOpen || undefined}>
      <td>
        <Link to="." search={(now) => ({ ...now, mail: id })} resetScroll={false} {...row}>
          {to}
        </Link>
      </td>
      <td data-line="2">{t(kindWords(kind))}</td>
      <td className={classes.state} data-state={state}>
        {t(mailStateWords(state))}
      </td>
      <td className="tabular" data-line="2">
        <Moment at={createdAt} />
      </td>
    </tr>
  )
}
