import { notifications } from '@mantine/notifications'
import type { Translate } from '../texts/use-texts.ts'

/** Says what was done and, where it can be, takes it back. One at a time: only the last thing done is undone. */
export function toast(t: Translate, message: string, undo?: () => Promise<boolean>): void {
  notifications.clean()
  const id = notifications.show({
    withBorder: true,
    closeButtonProps: { 'aria-label': t('app.close') },
    message:
      undo === undefined ? (
        message
      ) : (
        <span style={{ display: 'flex', flexWrap: 'wrap', gap: '0 16px' }}>
          <span>{message}</span>
          <button
            type="button"
            className="link"
            onClick={async () => {
              notifications.hide(id)
              if (await undo()) toast(t, t('account.undone'))
            }}
          >
            {t('account.undo')}
          </button>
        </span>
      ),
  })
}

export function toastFailure(t: Translate, words: string): void {
  notifications.clean()
  notifications.show({
    message: words,
    color: 'red',
    withBorder: true,
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': t('app.close') },
  })
}
