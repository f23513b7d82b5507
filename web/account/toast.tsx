import { notifications } from '@mantine/notifications'
import type { Translate } from '../texts/use-texts.ts'

/** Says what was done and, where it can be, takes it back. */
export function toast(message: string, undo?: { t: Translate; action: () => Promise<boolean> }): void {
  const id = notifications.show({
    withBorder: true,
    withCloseButton: true,
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
              if (await undo.action()) toast(undo.t('account.undone'))
            }}
          >
            {undo.t('account.undo')}
          </button>
        </span>
      ),
  })
}

export function toastFailure(words: string): void {
  notifications.show({ message: words, color: 'red', withBorder: true, autoClose: 10_000 })
}
