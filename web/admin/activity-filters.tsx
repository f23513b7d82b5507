import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { LoggedAction } from '../../client/index.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './activity.module.css'
import { ACTIONS, type Action, actionWords } from './activity-words.ts'
import { accountOfQuery } from './queries.ts'
import type { ActivitySearch } from './search.ts'
import { nameOf } from './words.ts'

const route = getRouteApi('/admin/activity')
const PAUSE_MILLISECONDS = 300

export function ActivityFilters({ entries }: { entries: LoggedAction[] }) {
  const { t } = useTexts()
  const { action, app, about } = route.useSearch()
  const navigate = route.useNavigate()
  const filter = (changes: Partial<ActivitySearch>) =>
    navigate({ search: (now) => ({ ...now, ...changes }), resetScroll: false })
  const apps = [
    ...new Set([...entries.flatMap((entry) => entry.app ?? []), ...(app === undefined ? [] : [app])]),
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to every assistive technology yet.
    <div role="search" className={classes.filters}>
      <NativeSelect
        label={t('activity.what')}
        value={action ?? ''}
        data={[
          { value: '', label: t('activity.all') },
          ...ACTIONS.map((value) => ({ value, label: t(actionWords(value)) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          filter({ action: (value || undefined) as Action | undefined })
        }
      />
      <NativeSelect
        label={t('activity.app')}
        value={app ?? ''}
        data={[
          { value: '', label: t('activity.allApps') },
          ...apps.toSorted().map((value) => ({ value, label: value })),
        ]}
        onChange={({ currentTarget: { value } }) => filter({ app: value || undefined })}
      />
      <AddressField filter={filter} />
      {about !== undefined && <About uid={about} clear={() => filter({ about: undefined })} />}
    </div>
  )
}

function AddressField({ filter }: { filter: (changes: Partial<ActivitySearch>) => Promise<void> }) {
  const { t } = useTexts()
  const { address = '' } = route.useSearch()
  const [typed, setTyped] = useState(address)
  useEffect(() => setTyped(address), [address])
  useEffect(() => {
    if (typed.trim() === address) return
    const timer = setTimeout(() => filter({ address: typed.trim() || undefined }), PAUSE_MILLISECONDS)
    return () => clearTimeout(timer)
  })
  return (
    <TextInput
      type="search"
      label={t('activity.address')}
      value={typed}
      onChange={({ currentTarget: { value } }) => setTyped(value)}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      enterKeyHint="search"
    />
  )
}

/** The one person that the log is about just now. */
function About({ uid, clear }: { uid: string; clear: () => void }) {
  const { t } = useTexts()
  const { data: account } = useQuery(accountOfQuery(uid))
  return (
    <p className={classes.about}>
      <span>{t('activity.about', { name: account ? nameOf(account) : uid })}</span>
      <Link to="." search={(now) => ({ ...now, account: uid })} resetScroll={false}>
        {t('activity.openAccount')}
      </Link>
      <button type="button" className="link" onClick={clear}>
        {t('activity.everybody')}
      </button>
    </p>
  )
}
