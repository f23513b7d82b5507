import type { FastifyInstance } from 'fastify'
import { mailReminders } from '../../engine/contacts/mail-reminders.ts'
import { writeDaysMail } from '../../engine/mail/days-mail.ts'
import type { AppContext } from '../contract.ts'
import { Message } from './fields.ts'
import { responsesWith, session } from './problems.ts'

export function triggerRemindersRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, house, settings } = context
  fastify.post(
    '/admin/trigger-reminders',
    {
      config: { access: 'admin', isForPeopleOnly: true, ignoresBody: true },
      schema: {
        summary: 'Write the mails of the day now',
        description: 'At any hour, and again for reminders that came since. Birthdays are mailed once a day.',
        tags: ['Admin'],
        response: responsesWith({ 200: Message }, session),
      },
    },
    async () => {
      const { crmTimeZone: timeZone, crmReminderTime: time } = settings
      const write = writeDaysMail(engine, house.realms.values())
      await mailReminders(engine, { timeZone, time, write, isForced: true })
      return { message: 'The mails of the day were written.' }
    },
  )
}
