import { Link, Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Mark } from '../look/mark.tsx'
import classes from './card.module.css'
import { LanguageLinks, ThemeLink } from './choices.tsx'
import { PageTitle } from './page-title.tsx'
import { usePlaceName } from './use-place-name.ts'

/** One card on a calm page: everything before one is signed in. */
export function CardFrame() {
  return (
    <CardGround>
      <Outlet />
    </CardGround>
  )
}

export function CardGround({ children }: { children: ReactNode }) {
  const placeName = usePlaceName()
  return (
    <div className={classes.ground}>
      <header>
        <Link to="/" className={classes.home}>
          <Mark size={24} />
          {placeName}
        </Link>
      </header>
      <main className={classes.card}>{children}</main>
      <footer className={classes.foot}>
        <LanguageLinks />
        <ThemeLink />
      </footer>
    </div>
  )
}

/** What a card says: one title, one sentence, then the thing itself, then other ways as plain links. */
export function Card({
  title,
  text,
  children,
  ways,
}: {
  title: string
  text?: ReactNode
  children?: ReactNode
  ways?: ReactNode
}) {
  return (
    <>
      <div className={classes.head}>
        <PageTitle title={title} />
        {text !== undefined && <p className="dimmed">{text}</p>}
      </div>
      {children}
      {ways !== undefined && <div className={classes.ways}>{ways}</div>}
    </>
  )
}
