import type { ReactNode } from 'react'
import classes from './note.module.css'

type Props = { kind: 'plain' | 'wait' | 'danger'; title?: string; text: string; children?: ReactNode }

export function Note({ kind, title, text, children }: Props) {
  return (
    <div className={classes.note} data-kind={kind}>
      {title !== undefined && <p className={classes.title}>{title}</p>}
      <p>{text}</p>
      {children}
    </div>
  )
}
