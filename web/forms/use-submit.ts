import { type FormEvent, useRef, useState } from 'react'
import type { Outcome, Problem, ProblemCode } from '../../client/index.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'

export type Submit<Name extends string> = {
  busy: boolean
  /** What no field is to blame for. */
  problem: Problem | null
  errorOf: (name: Name) => string | undefined
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  onInput: (event: FormEvent<HTMLFormElement>) => void
}

/**
 * Sends a form once at a time, and says what went wrong beside the field that is to blame.
 *
 * Values are read from the fields themselves when the form is sent: password managers fill fields
 * without telling React, and what was typed stays in the field after a failure.
 */
export function useSubmit<Name extends string, Value>({
  fields,
  blame = {},
  say = {},
  reveal,
  send,
  done,
}: {
  fields: Record<Name, 'required' | 'optional'>
  blame?: Partial<Record<ProblemCode, NoInfer<Name>>>
  /** Where a problem means something else in this form than everywhere. */
  say?: Partial<Record<ProblemCode, string>>
  /** Brings a field to where it can be seen, if it stands in a part of the form that is not shown. */
  reveal?: (name: NoInfer<Name>) => Promise<void>
  send: (values: Record<NoInfer<Name>, string>) => Promise<Outcome<Value>>
  done: (value: NoInfer<Value>, values: Record<NoInfer<Name>, string>) => void | Promise<void>
}): Submit<Name> {
  const { t } = useTexts()
  const words = useProblemWords()
  const [busy, setBusy] = useState(false)
  // A second Enter comes before React has drawn the first.
  const underWay = useRef(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [errors, setErrors] = useState<Partial<Record<Name, string>>>({})
  const names = Object.keys(fields) as Name[]

  async function show(found: Partial<Record<Name, string>>, form: HTMLFormElement) {
    setErrors(found)
    const first = names.find((name) => found[name] !== undefined)
    if (first === undefined) return
    await reveal?.(first)
    focusField(form, first)
  }

  async function submit(form: HTMLFormElement) {
    const values = readFields(form, names)
    setProblem(null)
    const missing = names.filter((name) => fields[name] === 'required' && values[name].trim() === '')
    if (missing.length > 0) return show(byName(missing, t('field.required')), form)
    setErrors({})
    const outcome = await send(values)
    if (outcome.ok) return done(outcome.value, values)
    const blamed = blame[outcome.problem.code]
    const refused = names.filter((name) => outcome.problem.fields?.[name] !== undefined)
    if (blamed !== undefined)
      await show(byName([blamed], say[outcome.problem.code] ?? words(outcome.problem)), form)
    else if (refused.length > 0) await show(byName(refused, t('field.notValid')), form)
    else setProblem(outcome.problem)
  }

  return {
    busy,
    problem,
    errorOf: (name) => errors[name],
    onInput(event) {
      const { target } = event
      if (!isField(target)) return
      const name = names.find((known) => known === target.name)
      if (name !== undefined && errors[name] !== undefined) setErrors({ ...errors, [name]: undefined })
    },
    onSubmit(event) {
      event.preventDefault()
      if (underWay.current) return
      underWay.current = true
      setBusy(true)
      submit(event.currentTarget)
        .finally(() => {
          underWay.current = false
          setBusy(false)
        })
        // What can happen is an outcome, so this is a bug: thrown while drawing, it reaches the failure page.
        .catch((bug: unknown) =>
          setErrors(() => {
            throw bug
          }),
        )
    },
  }
}

function byName<Name extends string>(names: Name[], words: string): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) found[name] = words
  return found
}

function readFields<Name extends string>(form: HTMLFormElement, names: Name[]): Record<Name, string> {
  const data = new FormData(form)
  return Object.fromEntries(names.map((name) => [name, String(data.get(name) ?? '')])) as Record<Name, string>
}

function focusField(form: HTMLFormElement, name: string) {
  const field = form.elements.namedItem(name)
  if (isField(field)) field.focus()
}

function isField(what: unknown): what is HTMLInputElement | HTMLTextAreaElement {
  return what instanceof HTMLInputElement || what instanceof HTMLTextAreaElement
}
