import { NativeSelect, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { AdminAccount } from '../../client/index.ts'
import { Note } from '../frame/note.tsx'
import { accountQuery, client } from '../queries.ts'
import { isLanguage, LANGUAGES } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import { AccountActions } from './account-actions.tsx'
import listClasses from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { Moment } from './moment.tsx'
import classes from './panel.module.css'
import { Fact, Panel } from './panel.tsx'
import { accountOfQuery } from './queries.ts'
import { focusRow } from './rows.ts'
import { ROLES } from './search.ts'
import { useAccountAction } from './use-account-action.ts'
import { nameOf, roleWords, stateOf, stateWords } from './words.ts'

/** The account that the address names, beside whatever list it was found in. */
export function AccountPanel() {
  const { account: uid } = useSearch({ strict: false })
  return uid === undefined ? null : <OpenAccount key={uid} uid={uid} />
}

function OpenAccount({ uid }: { uid: string }) {
  const { t } = useTexts()
  const navigate = useNavigate()
  const { data: account, error, refetch } = useQuery(accountOfQuery(uid))
  async function close() {
    await navigate({ to: '.', search: (now) => ({ ...now, account: undefined }), resetScroll: false })
    focusRow(uid)
  }
  return (
    <Panel title={account === undefined ? t('admin.account') : nameOf(account)} close={close}>
      {error && <LoadProblem error={error} retry={refetch} />}
      {account === undefined && !error && <Skeleton height={240} />}
      {account !== undefined && <Facts account={account} />}
      {account !== undefined && <AccountActions account={account} />}
    </Panel>
  )
}

function Facts({ account }: { account: AdminAccount }) {
  const { t } = useTexts()
  const { data: me } = useQuery(accountQuery)
  const { uid, email, emailProvedAt, username, language, createdAt, hasPassword, passwordChangeDue } = account
  const state = stateOf(account)
  return (
    <>
      {uid === me?.uid && <Note kind="wait" text={t('admin.ownAccount')} />}
      <dl className={classes.facts}>
        <Fact label={t('admin.state')}>
          <span className={listClasses.state} data-state={state}>
            {stateWords(state, t)}
          </span>
        </Fact>
        <Fact label={t('field.email')}>
          {email ?? t('admin.noEmail')}
          {email !== null && (
            <div className={classes.small}>
              {emailProvedAt === null ? (
                t('account.unproved')
              ) : (
                <When at={emailProvedAt} text="admin.provedAt" />
              )}
            </div>
          )}
        </Fact>
        <Fact label={t('field.username')}>{username ?? t('admin.noUsername')}</Fact>
        <Fact label={t('field.password')}>
          {passwordChangeDue
            ? t('admin.passwordTemporary')
            : hasPassword
              ? t('admin.passwordSet')
              : t('admin.passwordNone')}
        </Fact>
        <Fact label={t('language.label')}>
          {isLanguage(language) ? <span lang={language}>{LANGUAGES[language]}</span> : t('admin.noLanguage')}
        </Fact>
        <Fact label={t('admin.created')}>
          <Moment at={createdAt} />
        </Fact>
        <Fact label={t('admin.invitedBy')}>
          <Inviter uid={account.referrerUid} />
        </Fact>
        <Fact label={t('admin.tier')}>{account.tier}</Fact>
        <Fact label={t('admin.id')}>
          <span className={classes.raw}>{uid}</span>
        </Fact>
      </dl>
      <Role account={account} />
    </>
  )
}

function Inviter({ uid }: { uid: string | null }) {
  const { t } = useTexts()
  const { data: inviter } = useQuery({ ...accountOfQuery(uid ?? ''), enabled: uid !== null })
  if (uid === null) return t('admin.nobodyInvited')
  return (
    <Link to="." search={(now) => ({ ...now, account: uid })} resetScroll={false}>
      {inviter === undefined ? t('admin.account') : nameOf(inviter)}
    </Link>
  )
}

function Role({ account }: { account: AdminAccount }) {
  const { t } = useTexts()
  const act = useAccountAction()
  const name = nameOf(account)
  const known = ROLES.some((role) => role === account.role)

  /** @returns whether the server agreed. */
  function change(from: string, to: string): Promise<boolean> {
    const role = ROLES.find((it) => it === to)
    const before = ROLES.find((it) => it === from)
    if (role === undefined) return Promise.resolve(false)
    return act({
      account: { ...account, role: from },
      changes: { role },
      send: () => client.changeRole(account.uid, role),
      say: () => t('admin.roleChanged', { name, role: roleWords(role, t) }),
      undo: before === undefined ? undefined : () => change(role, before),
    })
  }

  return (
    <NativeSelect
      className={classes.select}
      label={t('admin.role')}
      description={t('admin.roleHelp')}
      inputWrapperOrder={['label', 'input', 'description']}
      value={account.role}
      data={[
        ...(known ? [] : [{ value: account.role, label: account.role }]),
        ...ROLES.map((role) => ({ value: role, label: roleWords(role, t) })),
      ]}
      onChange={({ currentTarget: { value } }) => change(account.role, value)}
    />
  )
}
