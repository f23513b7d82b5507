import { useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'

/** Copies a text, and says so in its own place. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTexts()
  const [copied, setCopied] = useState<string | null>(null)
  // There is no clipboard on pages that came over plain http.
  if (navigator.clipboard === undefined) return null
  return (
    <button
      type="button"
      className="link"
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setCopied(text),
          () => setCopied(null),
        )
      }
    >
      <span aria-live="polite">{copied === text ? t('problem.copied') : (label ?? t('problem.copy'))}</span>
    </button>
  )
}
