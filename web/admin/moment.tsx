import { exactTime } from '../texts/time-words.ts'
import { useTexts } from '../texts/use-texts.ts'

/** A time as narrow as a column of a table: of today the hour, else the day; the exact time shows on hover. */
export function Moment({ at }: { at: number }) {
  const { language } = useTexts()
  const isToday = new Date(at).toDateString() === new Date().toDateString()
  const style = isToday ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium' } as const)
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at, language)}>
      {new Intl.DateTimeFormat(language, style).format(at)}
    </time>
  )
}
