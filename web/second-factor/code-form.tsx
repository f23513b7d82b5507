import type { Outcome } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton } from '../account/parts.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { useTexts } from '../texts/use-texts.ts'

type Props<Value> = {
  text: string
  label: string
  submitText: string
  send: (code: string) => Promise<Outcome<Value>>
  done: (value: Value) => Promise<void>
  close: () => void
}

/** One code for one change. */
export function CodeForm<Value>({ text, label, submitText, send, done, close }: Props<Value>) {
  const { t } = useTexts()
  const submit = useSubmit({
    fields: { code: 'required' },
    blame: { code_wrong: 'code' },
    say: { code_wrong: t('secondStep.codeWrong') },
    send: ({ code }) => send(code.replaceAll(/[\s-]/g, '').toUpperCase()),
    async done(value) {
      close()
      await done(value)
    },
  })
  return (
    <Form submit={submit}>
      <p>{text}</p>
      <TextField
        kind="text"
        name="code"
        label={label}
        error={submit.errorOf('code')}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={20}
        autoFocus
      />
      <div className={classes.actions}>
        <SubmitButton busy={submit.busy} wide={false}>
          {submitText}
        </SubmitButton>
        <CancelButton cancel={close} />
      </div>
    </Form>
  )
}
