import type { ReactNode } from 'react'
import { ProblemNote } from '../frame/problem-note.tsx'
import classes from './forms.module.css'
import type { Submit } from './use-submit.ts'

export function Form<Name extends string>({
  submit,
  children,
}: {
  submit: Submit<Name>
  children: ReactNode
}) {
  return (
    // Our own words stand beside the fields, so the browser's bubbles are switched off.
    <form
      className={classes.form}
      method="post"
      noValidate
      onSubmit={submit.onSubmit}
      onInput={submit.onInput}
    >
      {submit.problem && <ProblemNote problem={submit.problem} kept />}
      {children}
    </form>
  )
}
