import { deleteOldActionLog } from '../storage/action-log.ts'
import { emptyTrash } from '../storage/contact-trash.ts'
import { inTransaction } from '../storage/database.ts'
import { deleteEndedInvitations } from '../storage/invitations.ts'
import { deleteEndedSecrets } from '../storage/one-time-secrets.ts'
import { deleteOldMails } from '../storage/outbox.ts'
import { deleteEndedRateLimits } from '../storage/rate-limits.ts'
import { deleteOldReminderMails } from '../storage/reminder-mails.ts'
import { deleteEndedSessions, touchSession } from '../storage/sessions.ts'
import { deleteEndedSigningKeys } from '../storage/signing-keys.ts'
import { eraseClosedAccounts } from './accounts/close-account.ts'
import { DAY_MS, HOUR_MS, SECOND_MS } from './clock.ts'
import type { Engine } from './engine.ts'
import { sweepPictures } from './pictures/sweep-pictures.ts'

/** Ended secrets stay a day, so that the throttles that count them see them. */
const SECRETS_KEPT_MS = DAY_MS
/** Who comes with an invitation that has ended is told so, for a while. */
const INVITATIONS_KEPT_MS = DAY_MS
const MAILS_KEPT_MS = 30 * DAY_MS
/** What was deleted can be brought back for so long. */
const TRASH_KEPT_MS = 30 * DAY_MS
/** That somebody has had the mail of a day is of no use for longer. */
const REMINDER_MAILS_KEPT_MS = 7 * DAY_MS
const ACTION_LOG_KEPT_MS = 365 * DAY_MS
const USES_EVERY_MS = 30 * SECOND_MS
const SWEEP_EVERY_MS = HOUR_MS

export interface Housekeeping {
  /** Writes when each session was last used. */
  writeUses(): Promise<void>
  /** Deletes what has ended. */
  sweep(): Promise<void>
  start(): void
  stop(): Promise<void>
}

/** What has to be done now and then, by each process; all of it may happen twice without harm. */
export function createHousekeeping(
  { db, clock, sessions, files }: Pick<Engine, 'db' | 'clock' | 'sessions' | 'files'>,
  onError: (error: unknown) => void,
): Housekeeping {
  const timers: NodeJS.Timeout[] = []
  const writeUses = async (): Promise<void> => {
    const uses = sessions.takeUses()
    if (uses.size === 0) return
    await inTransaction(db, async (tx) => {
      for (const [id, usedAt] of uses) await touchSession(tx, { id, usedAt })
    })
  }
  const sweep = async (): Promise<void> => {
    const now = clock.now()
    await eraseClosedAccounts({ db, clock })
    await deleteEndedSessions(db, now)
    await deleteEndedSecrets(db, now - SECRETS_KEPT_MS)
    await deleteEndedInvitations(db, now - INVITATIONS_KEPT_MS)
    await deleteEndedSigningKeys(db, now)
    await deleteEndedRateLimits(db, now)
    await deleteOldMails(db, now - MAILS_KEPT_MS)
    await emptyTrash(db, now - TRASH_KEPT_MS)
    await deleteOldReminderMails(db, now - REMINDER_MAILS_KEPT_MS)
    await deleteOldActionLog(db, now - ACTION_LOG_KEPT_MS)
    // Last, since the store may be away while the database is there.
    await sweepPictures({ db, clock, files })
    await files.tidy(now)
  }
  return {
    writeUses,
    sweep,
    start() {
      timers.push(setInterval(() => writeUses().catch(onError), USES_EVERY_MS))
      timers.push(setInterval(() => sweep().catch(onError), SWEEP_EVERY_MS))
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await writeUses().catch(onError)
    },
  }
}
