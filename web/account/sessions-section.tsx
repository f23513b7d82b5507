import { Skeleton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Session, Start } from '../../client/index.ts'
import { ProblemNote } from '../frame/problem-note.tsx'
import { toast, toastFailure } from '../frame/toast.tsx'
import { Icon } from '../look/icons.tsx'
import { client, ProblemError, queryClient, sessionsQuery, startQuery } from '../queries.ts'
import type { TextKey } from '../texts/language.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { type Translate, useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import classes from './account.module.css'
import { type Device, deviceOf } from './device-words.ts'
import { Section } from './section.tsx'

export function SessionsSection() {
  const { t } = useTexts()
  const { data: sessions, error } = useQuery(sessionsQuery)
  const others = sessions?.filter(({ current }) => !current) ?? []
  return (
    <Section title={t('account.sessions')} text={t('account.sessionsText')}>
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {sessions === undefined && error === null && <Skeleton height={112} />}
      {sessions !== undefined && (
        <ul>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
      {sessions !== undefined && others.length === 0 && <p className="dimmed">{t('account.onlyHere')}</p>}
      {others.length > 1 && <EndOthers />}
    </Section>
  )
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const { data: start } = useQuery(startQuery)
  const device = deviceOf(session.userAgent)
  const name = deviceWords(device, t)
  const end = useMutation({
    mutationFn: () => client.endSession(session.id),
    onSuccess(outcome) {
      // Ended meanwhile from elsewhere is as good.
      if (!outcome.ok && outcome.problem.code !== 'not_found') return toastFailure(t, words(outcome.problem))
      toast(t, t('account.sessionEnded', { device: name }))
      queryClient.setQueryData(sessionsQuery.queryKey, (shown) =>
        shown?.filter(({ id }) => id !== session.id),
      )
    },
  })
  return (
    <li className={classes.session}>
      <Icon name={device.kind === 'unknown' ? 'program' : device.kind} />
      <div>
        <div className={classes.line}>
          <strong>{name}</strong>
          {session.current && <span className={classes.state}>{t('account.here')}</span>}
        </div>
        <p>
          <When at={session.lastUsedAt} text="account.usedAt" />
          {session.address !== null && <span className="tabular"> · {session.address}</span>}
        </p>
        <p>
          <When
            at={session.createdAt}
            text="account.signedInAt"
            values={{ how: methodWords(session.method, start?.providers ?? [], t) }}
          />
        </p>
      </div>
      {!session.current && (
        <button
          type="button"
          className="link"
          aria-label={t('account.endSessionOf', { device: name })}
          onClick={() => end.isPending || end.mutate()}
        >
          {t('account.endSession')}
        </button>
      )}
    </li>
  )
}

function EndOthers() {
  const { t } = useTexts()
  const words = useProblemWords()
  const end = useMutation({
    mutationFn: () => client.endOtherSessions(),
    onSuccess(outcome) {
      if (!outcome.ok) return toastFailure(t, words(outcome.problem))
      toast(t, t('account.othersEnded', { count: outcome.value.sessionsEnded }))
      queryClient.setQueryData(sessionsQuery.queryKey, (shown) => shown?.filter(({ current }) => current))
    },
  })
  return (
    <div>
      <button type="button" className="link" onClick={() => end.isPending || end.mutate()}>
        {t('account.endOthers')}
      </button>
    </div>
  )
}

function deviceWords(device: Device, t: Translate): string {
  if (device.kind === 'unknown') return t('device.unknown')
  if (device.kind === 'program') return t('device.program', { name: device.name })
  return t('device.on', { browser: device.browser, system: device.system })
}

function methodWords(method: string, providers: Start['providers'], t: Translate): string {
  const provider = method.startsWith(BY_PROVIDER) ? method.slice(BY_PROVIDER.length) : undefined
  if (provider === undefined) return t(METHODS[method] ?? 'method.other')
  return t('method.provider', {
    provider: providers.find(({ name }) => name === provider)?.title ?? provider,
  })
}

const BY_PROVIDER = 'oauth:'
const METHODS: Record<string, TextKey | undefined> = {
  password: 'method.password',
  email_code: 'method.emailCode',
  passkey: 'method.passkey',
  set_up: 'method.setup',
  link: 'method.link',
}
