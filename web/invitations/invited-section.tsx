import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Section } from '../account/section.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { invitationsQuery, ProblemError } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import classes from './invitations.module.css'

export function InvitedSection() {
  const { t } = useTexts()
  const { data, error } = useQuery(invitationsQuery)
  return (
    <Section title={t('invite.invited')} text={t('invite.invitedText')}>
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {data === undefined && error === null && <Skeleton height={64} />}
      {data?.invitedTotal === 0 && (
        <div>
          <p>
            <strong className={classes.name}>{t('invite.nobody')}</strong>
          </p>
          <p className="dimmed">{t('invite.nobodyText')}</p>
        </div>
      )}
      {data !== undefined && data.invitedTotal > 0 && (
        <>
          <p>{t('invite.count', { count: data.invitedTotal })}</p>
          <ul>
            {data.invited.map(({ name, createdAt }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two people may share name and moment, and no row has a state.
              <li key={index} className={classes.person}>
                {name === null ? (
                  <span>{t('invite.somebody')}</span>
                ) : (
                  <strong className={classes.name}>{name}</strong>
                )}
                <When at={createdAt} text="invite.since" />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}
