import { Button } from '@mantine/core'
import type { ApiToken, Outcome } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton } from '../account/parts.tsx'
import { Form } from '../forms/form.tsx'
import { useLate } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast } from '../frame/toast.tsx'
import { client, queryClient, tokensQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import tokenClasses from './tokens.module.css'

/** A revoked token cannot be brought back, so one types its name first. */
export function RevokeForm({ token: { id, name }, cancel }: { token: ApiToken; cancel: () => void }) {
  const { t } = useTexts()
  const submit = useSubmit({
    fields: { typedName: 'required' },
    blame: { invalid_input: 'typedName' },
    say: { invalid_input: t('tokens.revokeDiffers') },
    async send({ typedName }): Promise<Outcome<unknown>> {
      if (typedName.trim() !== name) {
        return { ok: false, problem: { code: 'invalid_input', title: '', status: 0 } }
      }
      const outcome = await client.revokeToken(id)
      // Revoked meanwhile from elsewhere is as good.
      return !outcome.ok && outcome.problem.code === 'not_found' ? { ok: true, value: null } : outcome
    },
    done() {
      toast(t, t('tokens.revoked', { name }))
      queryClient.setQueryData(tokensQuery.queryKey, (shown) => shown?.filter((token) => token.id !== id))
    },
  })
  return (
    <div className={tokenClasses.revoke}>
      <Form submit={submit}>
        <TextField
          kind="text"
          name="typedName"
          label={t('tokens.revokeName', { name })}
          description={t('tokens.revokeText')}
          error={submit.errorOf('typedName')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="done"
          autoFocus
        />
        <div className={classes.actions}>
          <Button
            type="submit"
            variant="default"
            className={tokenClasses.danger}
            loading={useLate(submit.busy)}
            aria-busy={submit.busy}
          >
            {t('tokens.revokeSubmit')}
          </Button>
          <CancelButton cancel={cancel} />
        </div>
      </Form>
    </div>
  )
}
