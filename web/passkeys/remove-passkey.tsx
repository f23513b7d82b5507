import { Button } from '@mantine/core'
import type { Account, Outcome, Passkey } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton } from '../account/parts.tsx'
import { PresenceFields } from '../account/presence-fields.tsx'
import { Form } from '../forms/form.tsx'
import { useLate } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast } from '../frame/toast.tsx'
import { client, connectionsQuery, passkeysQuery, queryClient } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { tellWhatIsLeft } from './browser.ts'
import own from './passkeys.module.css'

/** It cannot be brought back, so it says what will be, and asks for the password. */
export function RemovePasskey({
  passkey: { id, name },
  account,
  close,
}: {
  passkey: Passkey
  account: Account
  close: () => void
}) {
  const { t } = useTexts()
  const { hasPassword, uid } = account
  const submit = useSubmit({
    fields: { password: hasPassword ? 'required' : 'optional' },
    blame: { password_wrong: 'password' },
    async send({ password }): Promise<Outcome<unknown>> {
      const outcome = await client.removePasskey(id, hasPassword ? { password } : {})
      // Removed meanwhile from elsewhere is as good.
      return !outcome.ok && outcome.problem.code === 'not_found' ? { ok: true, value: null } : outcome
    },
    async done() {
      toast(t, t('passkeys.removed', { name }))
      const shown = queryClient.getQueryData(passkeysQuery.queryKey) ?? []
      const left = shown.filter((passkey) => passkey.id !== id)
      queryClient.setQueryData(passkeysQuery.queryKey, left)
      void queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
      await tellWhatIsLeft(
        uid,
        left.map(({ credentialId }) => credentialId),
      )
    },
  })
  return (
    <div className={own.form}>
      <Form submit={submit}>
        <p>{t('passkeys.removeText')}</p>
        <PresenceFields account={account} submit={submit} enterKeyHint="done" autoFocus />
        <div className={classes.actions}>
          <Button
            type="submit"
            variant="default"
            className={own.danger}
            loading={useLate(submit.busy)}
            aria-busy={submit.busy}
            // Without a field to begin in, the focus would be lost with the link that opened this.
            autoFocus={!hasPassword}
          >
            {t('passkeys.removeSubmit')}
          </Button>
          <CancelButton cancel={close} />
        </div>
      </Form>
    </div>
  )
}
