import { useState } from 'react'
import type { Account, Passkey } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { CancelButton, OpenButton, useOpening } from '../account/parts.tsx'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { Icon } from '../look/icons.tsx'
import { client, passkeysQuery, queryClient } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import own from './passkeys.module.css'
import { RemovePasskey } from './remove-passkey.tsx'

export function PasskeyRow({ passkey, account }: { passkey: Passkey; account: Account }) {
  const { t } = useTexts()
  const renaming = useOpening()
  const removing = useOpening()
  const { name, synced, createdAt, lastUsedAt } = passkey
  return (
    <li className={`${classes.session} ${own.row}`}>
      <Icon name="passkey" />
      <div>
        {renaming.isOpen ? (
          <Rename passkey={passkey} close={renaming.close} />
        ) : (
          <div className={classes.line}>
            <strong>{name}</strong>
            <span className={classes.state}>{synced ? t('passkeys.synced') : t('passkeys.notSynced')}</span>
          </div>
        )}
        <p>
          <When at={createdAt} text="passkeys.addedAt" />
          {' · '}
          {lastUsedAt === null ? t('passkeys.unused') : <When at={lastUsedAt} text="account.usedAt" />}
        </p>
        {removing.isOpen && <RemovePasskey passkey={passkey} account={account} close={removing.close} />}
        {!renaming.isOpen && !removing.isOpen && (
          <div className={own.links}>
            <OpenButton
              opening={renaming}
              text={t('passkeys.rename')}
              label={t('passkeys.renameOf', { name })}
            />
            <OpenButton
              opening={removing}
              text={t('passkeys.remove')}
              label={t('passkeys.removeOf', { name })}
            />
          </div>
        )}
      </div>
    </li>
  )
}

const NAME_LENGTH_MAX = 60

/** In the place of the name. It can be taken back, like every name. */
function Rename({ passkey, close }: { passkey: Passkey; close: () => void }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const { id, name: before } = passkey
  const [typed] = useState(before)
  const show = (renamed: Passkey) =>
    queryClient.setQueryData(passkeysQuery.queryKey, (shown) =>
      shown?.map((one) => (one.id === renamed.id ? renamed : one)),
    )
  async function restore(): Promise<boolean> {
    const outcome = await client.renamePasskey(id, before)
    if (outcome.ok) show(outcome.value.passkey)
    else toastFailure(t, words(outcome.problem))
    return outcome.ok
  }
  const submit = useSubmit({
    fields: { passkeyName: 'required' },
    send: ({ passkeyName }) => client.renamePasskey(id, passkeyName.trim()),
    done({ passkey: renamed }) {
      show(renamed)
      close()
      toast(t, t('passkeys.renamed', { name: renamed.name }), restore)
    },
  })
  return (
    <div className={own.form}>
      <Form submit={submit}>
        <TextField
          kind="text"
          name="passkeyName"
          label={t('field.name')}
          defaultValue={typed}
          error={submit.errorOf('passkeyName')}
          maxLength={NAME_LENGTH_MAX}
          autoComplete="off"
          enterKeyHint="done"
          autoFocus
        />
        <div className={classes.actions}>
          <SubmitButton busy={submit.busy} wide={false}>
            {t('account.save')}
          </SubmitButton>
          <CancelButton cancel={close} />
        </div>
      </Form>
    </div>
  )
}
