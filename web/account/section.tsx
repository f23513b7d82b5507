import { type ReactNode, useId } from 'react'
import classes from './account.module.css'

export function Section({
  title,
  text,
  anchor,
  children,
}: {
  title: string
  text: string
  /** What a link to it says after the #. */
  anchor?: string
  children: ReactNode
}) {
  const id = useId()
  return (
    <section id={anchor} className={classes.section} aria-labelledby={id}>
      <div className={classes.about}>
        <h2 id={id}>{title}</h2>
        <p className="dimmed">{text}</p>
      </div>
      <div className={classes.content}>{children}</div>
    </section>
  )
}
