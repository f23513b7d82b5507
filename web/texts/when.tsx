import type { TextKey } from './language.ts'
import { exactTime, relativeTime } from './time-words.ts'
import { useTexts } from './use-texts.ts'

/** A sentence about a time, relative where near; the exact time shows on hover. */
export function When({
  at,
  text,
  values = {},
}: {
  at: number
  text: TextKey
  values?: Record<string, string>
}) {
  const { t, language } = useTexts()
  const when = relativeTime(at, Date.now(), language) ?? t('time.now')
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at, language)}>
      {t(text, { ...values, when })}
    </time>
  )
}
