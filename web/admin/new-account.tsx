import { NativeSelect } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast } from '../frame/toast.tsx'
import { client, queryClient } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Dialog } from './dialog.tsx'
import { ACCOUNTS_KEY } from './queries.ts'
import { ROLES } from './search.ts'
import { useRealm } from './use-realm.ts'
import { roleWords } from './words.ts'

export function NewAccount({ closed }: { closed: () => void }) {
  const { t } = useTexts()
  return (
    <Dialog title={t('admin.new')} text={t('admin.newText')} closed={closed}>
      {(close) => <NewAccountForm close={close} />}
    </Dialog>
  )
}

function NewAccountForm({ close }: { close: () => void }) {
  const { t } = useTexts()
  const realm = useRealm()
  const navigate = useNavigate()
  const submit = useSubmit({
    fields: { name: 'required', email: 'required', role: 'required' },
    blame: { email_not_valid: 'email', email_taken: 'email' },
    say: { email_taken: t('admin.emailTaken') },
    send: ({ name, email, role }) =>
      client.createAccount({
        name: name.trim(),
        email: email.trim(),
        role: ROLES.find((it) => it === role) ?? 'user',
        ...(realm === undefined ? {} : { realm }),
      }),
    async done({ account }) {
      close()
      toast(t, t('admin.made', { email: account.email ?? '' }))
      await queryClient.invalidateQueries({ queryKey: ACCOUNTS_KEY })
      await navigate({ to: '.', search: (now) => ({ ...now, account: account.uid }), resetScroll: false })
    },
  })
  return (
    <Form submit={submit}>
      {/* They are somebody else's, so the browser has nothing to fill in. */}
      <TextField
        kind="name"
        name="name"
        label={t('field.name')}
        error={submit.errorOf('name')}
        autoComplete="off"
        enterKeyHint="next"
      />
      <TextField
        kind="email"
        name="email"
        label={t('field.email')}
        error={submit.errorOf('email')}
        autoComplete="off"
        enterKeyHint="done"
      />
      <NativeSelect
        name="role"
        label={t('admin.role')}
        description={t('admin.roleHelp')}
        inputWrapperOrder={['label', 'input', 'description']}
        defaultValue="user"
        data={ROLES.map((role) => ({ value: role, label: roleWords(role, t) }))}
      />
      <SubmitButton busy={submit.busy}>{t('admin.createSubmit')}</SubmitButton>
    </Form>
  )
}
