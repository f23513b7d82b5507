import { useQuery } from '@tanstack/react-query'
import { here } from '../here.ts'
import { startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'

/** How the place is called whose pages these are. */
export function usePlaceName(): string {
  const { t } = useTexts()
  // As far as it is known: a frame also stands around the words that the server cannot be reached.
  const { data: start } = useQuery({ ...startQuery, enabled: false })
  return here.isMain || start === undefined ? t('app.name') : start.title
}
