import { CloseButton } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import classes from './panel.module.css'

/**
 * One thing beside its list, which stays there to be used; on a phone, in place of it. It takes the focus when it
 * opens, and Escape closes it.
 */
export function Panel({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const { t } = useTexts()
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('dialog:modal')) close()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [close])
  return (
    <dialog open className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <CloseButton aria-label={t('app.close')} onClick={close} size="lg" />
      </header>
      {children}
    </dialog>
  )
}

/** One fact in a panel: what it is called, and what it is. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
