import { Link } from '@tanstack/react-router'
import { useTexts } from '../texts/use-texts.ts'
import classes from './list.module.css'
import { pagesAround } from './pages.ts'
import { PAGE_SIZE } from './queries.ts'
import { numberWords } from './words.ts'

/** "201–250 of 100,000", and the way to the other pages. */
export function Pager({ page, total, shown }: { page: number; total: number; shown: number }) {
  const { t, language } = useTexts()
  const pages = Math.ceil(total / PAGE_SIZE)
  const first = (page - 1) * PAGE_SIZE + 1
  const range = {
    from: numberWords(first, language),
    to: numberWords(first + shown - 1, language),
    total: numberWords(total, language),
  }
  return (
    <div className={classes.foot}>
      <p className={classes.count} aria-live="polite">
        {shown === 0 ? t('admin.pastTheEnd', { total: range.total }) : t('admin.range', range)}
      </p>
      {pages > 1 && (
        <nav className={classes.pager} aria-label={t('admin.pages')}>
          {page > 1 && <To page={Math.min(page - 1, pages)} text={t('admin.previous')} />}
          {pagesAround(page, pages).map((it, at, all) =>
            it === null ? (
              <span key={`after ${all[at - 1]}`} aria-hidden="true">
                …
              </span>
            ) : (
              <To key={it} page={it} isHere={it === page} text={numberWords(it, language)} />
            ),
          )}
          {page < pages && <To page={page + 1} text={t('admin.next')} />}
        </nav>
      )}
    </div>
  )
}

function To({ page, text, isHere = false }: { page: number; text: string; isHere?: boolean }) {
  return (
    <Link
      to="."
      search={(now) => ({ ...now, page: page === 1 ? undefined : page })}
      activeProps={{}}
      aria-current={isHere ? 'page' : undefined}
    >
      {text}
    </Link>
  )
}
