import { TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../look/icons.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Chips } from './chips.tsx'
import classes from './list.module.css'
import { focusFirstRow } from './rows.ts'
import { type AccountsSearch, ROLES, STATUSES } from './search.ts'
import { roleWords } from './words.ts'

const route = getRouteApi('/admin/accounts')

/** One request for a pause in typing, not one for each letter. */
const PAUSE_MILLISECONDS = 200

export function AccountsFilters() {
  const { t } = useTexts()
  const { role, status } = route.useSearch()
  const navigate = route.useNavigate()
  // Whatever is filtered anew is shown from its first page.
  const filter = (changes: Partial<AccountsSearch>) =>
    navigate({ search: (now) => ({ ...now, ...changes, page: undefined }), resetScroll: false })
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to every assistive technology yet.
    <div role="search" className={classes.bar}>
      <SearchField />
      <Chips
        label={t('admin.role')}
        values={ROLES.map((value) => ({ value, label: roleWords(value, t) }))}
        chosen={role}
        choose={(chosen) => filter({ role: chosen })}
      />
      <Chips
        label={t('admin.state')}
        values={STATUSES.map((value) => ({
          value,
          label: value === 'active' ? t('admin.state.active') : t('admin.state.disabled'),
        }))}
        chosen={status}
        choose={(chosen) => filter({ status: chosen })}
      />
    </div>
  )
}

function SearchField() {
  const { t } = useTexts()
  const { search = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const [typed, setTyped] = useState(search)
  const sent = useRef(search)
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (typed.trim() === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed.trim()
      return navigate({
        search: (now) => ({ ...now, search: sent.current || undefined, page: undefined }),
        // Letters are no pages to go back to.
        replace: true,
        resetScroll: false,
      })
    }, PAUSE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [typed, navigate])

  useEffect(() => {
    // Back, another realm or a filter taken off: the address changed without us.
    if (search === sent.current) return
    sent.current = search
    setTyped(search)
  }, [search])

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea')
      if (event.key !== '/' || isTyping || document.querySelector('dialog:modal')) return
      event.preventDefault()
      field.current?.focus()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])

  return (
    <TextInput
      ref={field}
      aria-keyshortcuts="/"
      type="search"
      leftSection={<Icon name="search" />}
      className={classes.search}
      aria-label={t('admin.search')}
      placeholder={t('admin.search')}
      value={typed}
      onChange={({ currentTarget: { value } }) => setTyped(value)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return
        event.preventDefault()
        focusFirstRow()
      }}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      enterKeyHint="search"
    />
  )
}
