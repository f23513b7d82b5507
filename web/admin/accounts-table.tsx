import { getRouteApi, Link } from '@tanstack/react-router'
import type { AdminAccount } from '../../client/index.ts'
import { Avatar } from '../pictures/avatar.tsx'
import type { TextKey } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './list.module.css'
import { Moment } from './moment.tsx'
import { type RowProps, useRows } from './rows.ts'
import type { AccountsSearch } from './search.ts'
import { nameOf, roleWords, stateOf, stateWords } from './words.ts'

const route = getRouteApi('/admin/accounts')

type Sort = NonNullable<AccountsSearch['sort']>

const COLUMNS: { text: TextKey; width: string; sorts?: [first: Sort, then: Sort] }[] = [
  { text: 'field.name', width: '22%', sorts: ['name', '-name'] },
  { text: 'field.email', width: 'auto' },
  { text: 'field.username', width: '14%' },
  { text: 'admin.role', width: '96px' },
  { text: 'admin.created', width: '120px', sorts: ['-created', 'created'] },
  { text: 'admin.state', width: '84px' },
]

export function AccountsTable({ accounts, sort }: { accounts: AdminAccount[]; sort: Sort }) {
  const { t } = useTexts()
  const { account: open } = route.useSearch()
  const row = useRows(accounts.map(({ uid }) => uid))
  return (
    <table className={classes.table} aria-label={t('admin.accounts')}>
      <colgroup>
        {COLUMNS.map(({ text, width }) => (
          <col key={text} style={{ width }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {COLUMNS.map(({ text, sorts }) => (
            <Heading key={text} text={text} sorts={sorts} sort={sort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <Row key={account.uid} account={account} isOpen={account.uid === open} row={row(account.uid)} />
        ))}
      </tbody>
    </table>
  )
}

function Heading({
  text,
  sorts,
  sort,
}: {
  text: TextKey
  sorts: [first: Sort, then: Sort] | undefined
  sort: Sort
}) {
  const { t } = useTexts()
  const navigate = route.useNavigate()
  if (sorts === undefined) return <th scope="col">{t(text)}</th>
  const next = sort === sorts[0] ? sorts[1] : sorts[0]
  const isSorted = sorts.includes(sort)
  const direction = sort.startsWith('-') ? 'descending' : 'ascending'
  return (
    <th scope="col" aria-sort={isSorted ? direction : undefined}>
      <button
        type="button"
        className={classes.sort}
        onClick={() =>
          navigate({ search: (now) => ({ ...now, sort: next, page: undefined }), resetScroll: false })
        }
      >
        {t(text)}
      </button>
    </th>
  )
}

function Row({ account, isOpen, row }: { account: AdminAccount; isOpen: boolean; row: RowProps }) {
  const { t } = useTexts()
  const { uid, email, emailProvedAt, username, role, createdAt } = account
  const state = stateOf(account)
  return (
    <tr className={classes.row} data-open={isOpen || undefined}>
      <td>
        <Link to="." search={(now) => ({ ...now, account: uid })} resetScroll={false} {...row}>
          <span className={classes.named}>
            <Avatar person={account} size={20} />
            <span>{nameOf(account)}</span>
          </span>
        </Link>
      </td>
      <td data-line="2">
        <span className={classes.address}>
          <span className={email === null ? classes.quiet : undefined}>{email ?? t('admin.noEmail')}</span>
          {email !== null && emailProvedAt === null && (
            <span className={classes.mark}>{t('admin.unproved')}</span>
          )}
        </span>
      </td>
      <td className={classes.deskOnly}>{username}</td>
      <td data-line="2">{roleWords(role, t)}</td>
      <td className={`tabular ${classes.deskOnly}`}>
        <Moment at={createdAt} />
      </td>
      <td className={classes.state} data-state={state}>
        {stateWords(state, t)}
      </td>
    </tr>
  )
}
