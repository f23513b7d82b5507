import { Skeleton, VisuallyHidden } from '@mantine/core'
import { useTexts } from '../texts/use-texts.ts'

/** Stands in for a page that takes longer than 300 ms; before that, nothing does. */
export function Waiting() {
  const { t } = useTexts()
  return (
    <div
      role="status"
      style={{ display: 'grid', gap: 16, width: '100%', maxWidth: 640, margin: '12vh auto 0', padding: 24 }}
    >
      <Skeleton height={28} width="45%" />
      <Skeleton height={16} />
      <Skeleton height={16} width="80%" />
      <Skeleton height={36} mt={8} />
      <VisuallyHidden>{t('app.loading')}</VisuallyHidden>
    </div>
  )
}
