import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Mail, MailContent } from '../../client/index.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { client, queryClient } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import listClasses from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { kindWords, mailErrorWords, mailStateWords, paragraphsOf } from './mail-words.ts'
import { Moment } from './moment.tsx'
import classes from './panel.module.css'
import { Fact, Panel } from './panel.tsx'
import { mailQuery } from './queries.ts'
import { focusRow } from './rows.ts'

const route = getRouteApi('/admin/mailbox')

/** One mail: how far it came, and, where it went nowhere, what stands in it. */
export function MailPanel({ id, mail }: { id: number; mail: Mail | undefined }) {
  const { t } = useTexts()
  const navigate = route.useNavigate()
  async function close() {
    await navigate({ search: (now) => ({ ...now, mail: undefined }), resetScroll: false })
    focusRow(String(id))
  }
  return (
    <Panel title={mail === undefined ? t('admin.mailPanel') : t(kindWords(mail.kind))} close={close}>
      {mail !== undefined && <Facts mail={mail} />}
      {mail === undefined && <p className="dimmed">{t('admin.mailElsewhere')}</p>}
      {mail?.state === 'captured' && <Letter id={id} />}
      {mail?.state === 'sent' && <p className="dimmed">{t('admin.mailSentText')}</p>}
      {(mail?.state === 'waiting' || mail?.state === 'failed') && <Retry mail={mail} />}
    </Panel>
  )
}

function Facts({
  mail: { to, state, attempts, lastError, createdAt, sentAt, nextAttemptAt },
}: {
  mail: Mail
}) {
  const { t } = useTexts()
  return (
    <dl className={classes.facts}>
      <Fact label={t('admin.mailTo')}>{to}</Fact>
      <Fact label={t('admin.state')}>
        <span className={listClasses.state} data-state={state}>
          {t(mailStateWords(state))}
        </span>
      </Fact>
      <Fact label={t('admin.mailWritten')}>
        <Moment at={createdAt} />
      </Fact>
      {sentAt !== null && state === 'sent' && (
        <Fact label={t('admin.mail.sent')}>
          <Moment at={sentAt} />
        </Fact>
      )}
      {attempts > 0 && (
        <Fact label={t('admin.attempts')}>
          {t('admin.attemptsCount', { count: attempts })}
          {nextAttemptAt !== null && (
            <div className={classes.small}>
              <When at={nextAttemptAt} text="admin.nextAttempt" />
            </div>
          )}
        </Fact>
      )}
      {lastError !== null && (
        <Fact label={t('admin.lastError')}>
          {t(mailErrorWords(lastError))}
          <div className={classes.raw} lang="en">
            {lastError}
          </div>
        </Fact>
      )}
    </dl>
  )
}

function Letter({ id }: { id: number }) {
  const { t } = useTexts()
  const { realm } = route.useSearch()
  const { data, error, refetch } = useQuery(mailQuery(realm, id))
  if (error) return <LoadProblem error={error} retry={refetch} />
  if (data === undefined) return <Skeleton height={200} />
  return (
    <>
      <Content mail={data} />
      <p className={classes.small}>{t('admin.readingIsLogged')}</p>
    </>
  )
}

function Content({ mail: { subject, text } }: { mail: MailContent }) {
  const { t } = useTexts()
  // Its language is its reader's and not ours, and nobody says which.
  return (
    <section className={classes.letter} aria-label={t('admin.mailPanel')} lang="">
      <h3>{subject}</h3>
      {paragraphsOf(text).map((pieces, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a mail does not change.
        <p key={at}>
          {pieces.map(({ kind, text: words }) => {
            if (kind === 'code')
              return (
                <strong key={words} className={classes.code}>
                  {words}
                </strong>
              )
            if (kind === 'link')
              return (
                <a key={words} href={words} target="_blank" rel="noreferrer">
                  {words}
                </a>
              )
            return words
          })}
        </p>
      ))}
    </section>
  )
}

function Retry({ mail }: { mail: Mail }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const { realm } = route.useSearch()
  async function retry() {
    const outcome = await client.retryMail(mail.id, { realm })
    if (outcome.ok) toast(t, t('admin.retried'))
    else toastFailure(t, words(outcome.problem))
    await queryClient.invalidateQueries({ queryKey: ['admin', 'mails'] })
  }
  return (
    <div className={classes.part}>
      <Button variant="default" onClick={retry}>
        {t('admin.retry')}
      </Button>
      <p>{mail.state === 'failed' ? t('admin.retryFailedHelp') : t('admin.retryHelp')}</p>
    </div>
  )
}
