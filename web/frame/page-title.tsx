import { type ReactNode, useEffect, useRef } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { usePlaceName } from './use-place-name.ts'

/** A page that the browser loaded is read from its beginning; only what comes after it needs the focus. */
let isLoaded = false

/**
 * The heading of a page, and the browser's title with it. A screen reader learns of a new page only
 * by focus, so the heading takes it, unless a field of the page has it already.
 */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  const { t } = useTexts()
  const place = usePlaceName()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const isFirst = !isLoaded
    isLoaded = true
    if (isFirst) return
    const { activeElement } = document
    if (activeElement === null || activeElement === document.body)
      heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <>
      <title>{t('app.title', { page: title, place })}</title>
      <h1 ref={heading} tabIndex={-1}>
        {children ?? title}
      </h1>
    </>
  )
}
