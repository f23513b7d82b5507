import type { Storage, Tx } from '../../storage/database.ts'
import { insertMail } from '../../storage/outbox.ts'
import type { Clock } from '../clock.ts'
import type { Realm } from '../realm.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { renderMail } from './render.ts'
import type { Language } from './texts/language.ts'
import type { MailFacts, MailKind } from './texts/texts.ts'

/** What a use-case wants to be mailed. */
export interface Mail<Kind extends MailKind = MailKind> {
  realm: Realm
  accountId: number | null
  to: string
  kind: Kind
  language: Language
  facts: MailFacts[Kind]
}

export interface Outbox {
  /** Writes the mail in the transaction that causes it: it is sent if, and only if, that is kept. */
  write<Kind extends MailKind>(tx: Tx, mail: Mail<Kind>): Promise<void>
  /** Tells the sender that something waits; called after the commit. */
  wake(): void
}

export const OUTBOX_SEAL = 'outbox'

export function createOutbox({
  bus,
  clock,
  secrets,
}: {
  bus: Storage['bus']
  clock: Clock
  secrets: Secrets
}): Outbox {
  return {
    async write(tx, { realm, accountId, to, kind, language, facts }) {
      const content = renderMail(kind, language, facts)
      await insertMail(tx, {
        realmId: realm.id,
        accountId,
        recipient: to,
        kind,
        contentSealed: secrets.seal(OUTBOX_SEAL, JSON.stringify(content)),
        now: clock.now(),
      })
    },
    wake: () => bus.publish({ kind: 'mail_waiting' }),
  }
}
