import { useId } from 'react'
import { CopyButton } from './copy-button.tsx'
import classes from './given-text.module.css'

/** A text to take along, whole: it can be read, marked and copied. */
export function GivenText({ label, text, copy }: { label: string; text: string; copy: string }) {
  const id = useId()
  return (
    <div className={classes.given}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        readOnly
        value={text}
        spellCheck={false}
        autoComplete="off"
        onFocus={({ currentTarget: field }) => field.select()}
      />
      <CopyButton key={text} text={text} label={copy} />
    </div>
  )
}
