import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Section } from '../account/section.tsx'
import { GivenText } from '../frame/given-text.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { QrCode } from '../frame/qr-code.tsx'
import { invitationQuery, ProblemError } from '../queries.ts'
import { exactDay } from '../texts/time-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './invitations.module.css'

export function LinkSection() {
  const { t, language } = useTexts()
  const { data: invitation, error } = useQuery(invitationQuery)
  return (
    <Section title={t('invite.link')} text={t('invite.linkText')}>
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {invitation === undefined && error === null && <Skeleton height={224} />}
      {invitation !== undefined && (
        <div className={classes.invitation}>
          <div className={classes.words}>
            <GivenText label={t('invite.field')} text={invitation.link} copy={t('invite.copy')} />
            <p>
              {t('invite.left', {
                count: invitation.usesMax - invitation.uses,
                day: exactDay(invitation.expiresAt, language),
              })}
            </p>
          </div>
          <div className={classes.code}>
            <QrCode text={invitation.link} label={t('invite.qr')} />
            <p className="dimmed">{t('invite.qrText')}</p>
          </div>
        </div>
      )}
    </Section>
  )
}
