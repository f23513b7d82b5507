import { useEffect, useId, useRef, useState } from 'react'
import type { Place, Problem } from '../../client/index.ts'
import type { TextKey } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './opening-hours.module.css'

export type Hours = Place['openingHours'][number]

/** Monday first, as a week is read; 0 is Sunday. */
const WEEK = [1, 2, 3, 4, 5, 6, 0]
const WORKING_DAYS = [1, 2, 3, 4, 5]

/** What a place begins with, until it says otherwise. */
export const USUAL_HOURS: Hours[] = WEEK.map((dayOfWeek) =>
  WORKING_DAYS.includes(dayOfWeek)
    ? { dayOfWeek, openTime: '09:00', closeTime: '18:00', isClosed: false }
    : { dayOfWeek, openTime: null, closeTime: null, isClosed: true },
)

/**
 * The weekdays of a place, each open from and to, or closed. A form finds all of it as JSON in the field
 * `name`; `readHours` makes what the server takes of that.
 */
export function OpeningHours({
  name,
  defaultValue = USUAL_HOURS,
  problem,
}: {
  name: string
  defaultValue?: Hours[]
  /** What the server said to these hours; where it has something against a row, that row says so. */
  problem: Problem | null
}) {
  const { t } = useTexts()
  const [week, setWeek] = useState(() => WEEK.map((day) => hoursOf(day, defaultValue)))
  // What was said of a row holds until that row is touched.
  const [touched, setTouched] = useState<{ problem: Problem | null; days: number[] }>({ problem, days: [] })
  const list = useRef<HTMLFieldSetElement>(null)
  const refusal = refusalIn(problem)
  const isStale = (day: number) => touched.problem === problem && touched.days.includes(day)

  useEffect(() => {
    const refused = refusalIn(problem)
    if (refused === null) return
    const row = list.current?.querySelectorAll('[data-row]')[refused.index]
    row?.querySelector<HTMLElement>(`[data-field=${refused.field}]`)?.focus()
  }, [problem])

  function change(days: number[], changes: Partial<Hours>) {
    setWeek(week.map((hours) => (days.includes(hours.dayOfWeek) ? { ...hours, ...changes } : hours)))
    const before = touched.problem === problem ? touched.days : []
    setTouched({ problem, days: [...before, ...days] })
  }

  return (
    <fieldset ref={list} className={classes.week}>
      <legend>{t('hours.label')}</legend>
      <input type="hidden" name={name} value={JSON.stringify(week)} />
      {week.map((hours, index) => (
        <Row
          key={hours.dayOfWeek}
          hours={hours}
          refusal={refusal?.index === index && !isStale(hours.dayOfWeek) ? refusal : null}
          change={(changes) => change([hours.dayOfWeek], changes)}
          copy={index === 0 ? ({ dayOfWeek: _, ...rest }) => change(WORKING_DAYS, rest) : undefined}
        />
      ))}
    </fieldset>
  )
}

/** The hours as the server takes them: a closed day has no times, and a time that was not typed is none. */
export function readHours(json: string): Hours[] {
  const week = JSON.parse(json) as Hours[]
  return week.map(({ dayOfWeek, openTime, closeTime, isClosed }) => ({
    dayOfWeek,
    openTime: isClosed ? null : openTime || null,
    closeTime: isClosed ? null : closeTime || null,
    isClosed,
  }))
}

type Field = 'openTime' | 'closeTime'
type Refusal = { index: number; field: Field; words: TextKey }

function refusalIn(problem: Problem | null): Refusal | null {
  if (problem?.code !== 'opening_hours_not_valid' || problem.index === undefined) return null
  return {
    index: problem.index,
    field: problem.field === 'closeTime' ? 'closeTime' : 'openTime',
    words: problem.reason === 'order' ? 'hours.wrongOrder' : 'hours.noTime',
  }
}

function Row({
  hours,
  refusal,
  change,
  copy,
}: {
  hours: Hours
  refusal: Refusal | null
  change: (changes: Partial<Hours>) => void
  copy: ((hours: Hours) => void) | undefined
}) {
  const { t, language } = useTexts()
  const errorId = useId()
  const day = dayName(hours.dayOfWeek, language)
  const time = (field: Field, label: string) => (
    <input
      type="time"
      className={classes.time}
      data-field={field}
      aria-label={label}
      aria-invalid={refusal?.field === field || undefined}
      aria-describedby={refusal === null ? undefined : errorId}
      value={hours[field] ?? ''}
      onChange={({ currentTarget: { value } }) => change({ [field]: value })}
    />
  )
  return (
    <div className={classes.row} data-row>
      <span className={classes.day}>{day}</span>
      <label className={classes.closed}>
        <input
          type="checkbox"
          aria-label={t('hours.closedOn', { day })}
          checked={hours.isClosed}
          onChange={({ currentTarget: { checked } }) => change({ isClosed: checked })}
        />
        <span aria-hidden="true">{t('hours.closed')}</span>
      </label>
      {!hours.isClosed && (
        <div className={classes.times}>
          {time('openTime', t('hours.opensOn', { day }))}
          <span aria-hidden="true">–</span>
          {time('closeTime', t('hours.closesOn', { day }))}
        </div>
      )}
      {copy !== undefined && (
        <button type="button" className={`link ${classes.copy}`} onClick={() => copy(hours)}>
          {t('hours.copy')}
        </button>
      )}
      {refusal !== null && (
        <p id={errorId} role="alert" className={classes.error}>
          {t(refusal.words)}
        </p>
      )}
    </div>
  )
}

function hoursOf(dayOfWeek: number, known: Hours[]): Hours {
  const closed = { dayOfWeek, openTime: null, closeTime: null, isClosed: true }
  return known.find((hours) => hours.dayOfWeek === dayOfWeek) ?? closed
}

/** The 7th of January 2024 was a Sunday. */
function dayName(dayOfWeek: number, language: string): string {
  const at = Date.UTC(2024, 0, 7 + dayOfWeek)
  return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(at)
}
