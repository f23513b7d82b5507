import type { Storage, Tx } from '../../storage/database.ts'
import { insertOneTimeSecret } from '../../storage/one-time-secrets.ts'
import { insertMail } from '../../storage/outbox.ts'
import type { Clock } from '../clock.ts'
import type { Realm } from '../realm.ts'
import { digest, type Secrets } from '../secrets/secrets.ts'
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

type Content<Kind extends MailKind> = Pick<Mail<Kind>, 'realm' | 'kind' | 'language' | 'facts'>

export interface Outbox {
  /** Writes the mail in the transaction that causes it: it is sent if, and only if, that is kept. */
  write<Kind extends MailKind>(tx: Tx, mail: Mail<Kind>): Promise<void>
  /**
   * As much work as {@link Outbox.write}, for nobody: no mail goes out, and the time that an answer takes does
   * not tell whether one did. The row that it writes opens nothing, and is swept away with the other secrets.
   */
  writeNothing<Kind extends MailKind>(tx: Tx, mail: Omit<Mail<Kind>, 'accountId' | 'to'>): Promise<void>
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
  const sealed = <Kind extends MailKind>({ realm, kind, language, facts }: Content<Kind>): Buffer => {
    const content = renderMail(kind, language, facts)
    const subject = language === 'en' ? (realm.policy.mailSubjects[kind] ?? content.subject) : content.subject
    return secrets.seal(OUTBOX_SEAL, JSON.stringify({ ...content, subject }))
  }
  return {
    async write(tx, { accountId, to, ...content }) {
      const { realm, kind } = content
      await insertMail(tx, {
        realmId: realm.id,
        accountId,
        recipient: to,
        kind,
        contentSealed: sealed(content),
        now: clock.now(),
      })
    },
    async writeNothing(tx, content) {
      const now = clock.now()
      await insertOneTimeSecret(tx, {
        realmId: content.realm.id,
        purpose: 'nothing',
        accountId: null,
        subject: null,
        secretHash: digest(sealed(content).toString('base64')),
        payload: {},
        attemptsMax: 0,
        expiresAt: now,
        now,
      })
    },
    wake: () => bus.publish({ kind: 'mail_waiting' }),
  }
}
