import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PageTitle } from '../frame/page-title.tsx'
import { useTexts } from '../texts/use-texts.ts'
import classes from './account.module.css'

/** A page of the account that has too much on it to be a section. */
export function AccountPart({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTexts()
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <PageTitle title={title} />
        <Link to="/account">{t('account.back')}</Link>
      </header>
      {children}
    </div>
  )
}
