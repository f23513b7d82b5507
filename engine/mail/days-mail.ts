import { findAccount } from '../../storage/accounts.ts'
import type { WriteDaysMail } from '../contacts/mail-reminders.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { chooseLanguage } from './texts/language.ts'

/** Writes the mail of the day to an account's address, in its language and with its dates; to nobody who is shut out. */
export function writeDaysMail({ outbox }: Pick<Engine, 'outbox'>, realms: Iterable<Realm>): WriteDaysMail {
  const byId = new Map([...realms].map((realm) => [realm.id, realm]))
  return async (tx, ownerId, { reminders, birthdays }) => {
    const account = await findAccount(tx, ownerId)
    const realm = account && byId.get(account.realmId)
    if (!account?.email || !realm || account.disabledAt !== null || account.deletedAt !== null) return false
    const show = (day: string): string => formatDay(day, account.extra.dateFormat === 'us')
    await outbox.write(tx, {
      realm,
      accountId: account.id,
      to: account.email,
      kind: 'reminders',
      language: chooseLanguage(account.language, realm.policy.language),
      facts: {
        place: realm.policy.title,
        reminders: reminders.map(({ message, remindDay, firstname, lastname }) => ({
          date: show(remindDay),
          who: [firstname, lastname].filter(Boolean).join(' '),
          message,
        })),
        birthdays: birthdays.map((birthday) => {
          const { relationshipType, relationName, nickname, firstname, lastname, daysUntil } = birthday
          const contact = [nickname || firstname, lastname].filter(Boolean).join(' ')
          const isContact = relationshipType === null
          return {
            name: isContact ? contact : `${relationName ?? ''} (${relationshipType}, ${contact})`,
            daysUntil,
          }
        }),
      },
    })
    return true
  }
}

function formatDay(day: string, isUs: boolean): string {
  const [year, month, date] = day.split('-')
  return isUs ? `${month}/${date}/${year}` : `${date}.${month}.${year}`
}
