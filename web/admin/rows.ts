import { type KeyboardEvent, useState } from 'react'

/** What a row's link needs to be one of a list: Tab reaches the list once, arrows move in it. */
export type RowProps = {
  'data-row': string
  tabIndex: number
  onFocus: () => void
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

/** Arrow keys among the links of a list's rows; Enter follows the link, as everywhere. */
export function useRows(ids: string[]): (id: string) => RowProps {
  const [last, setLast] = useState<string | undefined>(undefined)
  const stop = last !== undefined && ids.includes(last) ? last : ids[0]
  return (id) => ({
    'data-row': id,
    tabIndex: id === stop ? 0 : -1,
    onFocus: () => setLast(id),
    onKeyDown(event) {
      const at = ids.indexOf(id)
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: ids.length - 1 }[event.key]
      const goal = to === undefined ? undefined : ids[to]
      if (goal === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      focusRow(goal)
    },
  })
}

export function focusRow(id: string): void {
  document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus()
}

export function focusFirstRow(): void {
  document.querySelector<HTMLElement>('tbody [data-row]')?.focus()
}
