import { useEffect, useRef } from 'react'
import classes from '../account/account.module.css'
import { CopyButton } from '../frame/copy-button.tsx'
import { useTexts } from '../texts/use-texts.ts'
import own from './second-factor.module.css'

/** Ten codes for the day the phone is lost, shown this once. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useTexts()
  const heading = useRef<HTMLHeadingElement>(null)
  // The form that asked for them is gone, and the focus with it.
  useEffect(() => heading.current?.focus(), [])
  const text = `${t('secondFactor.codesTitle')} – ${location.host}\n\n${codes.join('\n')}\n`
  return (
    <div className={own.codes}>
      <h3 ref={heading} tabIndex={-1}>
        {t('secondFactor.codesTitle')}
      </h3>
      <p>{t('secondFactor.codesText')}</p>
      <ul className={own.list}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={classes.actions}>
        <CopyButton text={codes.join('\n')} />
        <a
          className="link"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="recovery-codes.txt"
        >
          {t('secondFactor.download')}
        </a>
        <button type="button" className="link" onClick={() => print()}>
          {t('secondFactor.print')}
        </button>
        <button type="button" className="link" onClick={done}>
          {t('secondFactor.kept')}
        </button>
      </div>
    </div>
  )
}
