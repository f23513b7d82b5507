import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AdminAccount } from '../../client/index.ts'
import { accountQuery, client } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './panel.module.css'
import { useAccountAction } from './use-account-action.ts'
import { nameOf } from './words.ts'

export function AccountActions({ account }: { account: AdminAccount }) {
  const { t } = useTexts()
  const act = useAccountAction()
  const { data: me } = useQuery(accountQuery)
  const { uid, disabledAt } = account
  const name = nameOf(account)
  const shut = { ...account, disabledAt: disabledAt ?? Date.now() }
  const open = { ...account, disabledAt: null }

  const disable = (): Promise<boolean> =>
    act({
      account: open,
      changes: { disabledAt: shut.disabledAt },
      send: () => client.disableAccount(uid),
      say: () => t('admin.disabled', { name }),
      undo: enable,
    })
  const enable = (): Promise<boolean> =>
    act({
      account: shut,
      changes: { disabledAt: null },
      send: () => client.enableAccount(uid),
      say: () => t('admin.enabled', { name }),
      undo: disable,
    })
  const signOut = () =>
    act({
      account,
      changes: {},
      send: () => client.signOutAccount(uid),
      say: ({ sessionsEnded }) =>
        sessionsEnded === 0
          ? t('admin.signedOutNowhere', { name })
          : t('admin.signedOut', { name, count: sessionsEnded }),
    })

  return (
    <>
      <div className={classes.part}>
        <Button variant="default" onClick={signOut}>
          {t('admin.signOut')}
        </Button>
        <p>{uid === me?.uid ? t('admin.signOutOwn') : t('admin.signOutHelp')}</p>
      </div>
      <div className={classes.part}>
        {disabledAt === null ? (
          <Button variant="default" color="red" onClick={disable}>
            {t('admin.disable')}
          </Button>
        ) : (
          <Button variant="default" onClick={enable}>
            {t('admin.enable')}
          </Button>
        )}
        <p>{disabledAt === null ? t('admin.disableHelp') : t('admin.enableHelp')}</p>
      </div>
    </>
  )
}
