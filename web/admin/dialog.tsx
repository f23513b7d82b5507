import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import classes from './panel.module.css'

/**
 * A question in front of the page. The browser's own dialog: it keeps the focus in, closes on Escape and gives
 * the focus back.
 */
export function Dialog({
  title,
  text,
  closed,
  children,
}: {
  title: string
  text?: string
  closed: () => void
  children: (close: () => void) => ReactNode
}) {
  const { t } = useTexts()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
  }, [])
  const close = () => dialog.current?.close()
  return (
    <dialog ref={dialog} className={classes.dialog} aria-labelledby={id} onClose={closed}>
      <h2 id={id}>{title}</h2>
      {text !== undefined && <p className="dimmed">{text}</p>}
      {children(close)}
      <div>
        <button type="button" className="link" onClick={close}>
          {t('account.cancel')}
        </button>
      </div>
    </dialog>
  )
}
