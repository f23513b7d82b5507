import type { ReactNode } from 'react'
import { Icon, type IconName } from '../look/icons.tsx'
import classes from './list.module.css'

/** Nothing to list: a small drawing, one title, one sentence, and the one thing to do, if there is one. */
export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon: IconName
  title: string
  text: string
  children?: ReactNode
}) {
  return (
    <div className={classes.empty}>
      <Icon name={icon} />
      <h2>{title}</h2>
      <p className="dimmed">{text}</p>
      {children}
    </div>
  )
}
