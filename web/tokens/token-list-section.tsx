import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ApiToken } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { OpenButton, useOpening } from '../account/parts.tsx'
import { Section } from '../account/section.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { Icon } from '../look/icons.tsx'
import { ProblemError, tokensQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import { RevokeForm } from './revoke-form.tsx'
import { isScope, SCOPE_WORDS } from './scope-words.ts'

export function TokenListSection() {
  const { t } = useTexts()
  const { data: tokens, error } = useQuery(tokensQuery)
  return (
    <Section title={t('tokens.list')} text={t('tokens.listText')}>
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {tokens === undefined && error === null && <Skeleton height={64} />}
      {tokens?.length === 0 && (
        <div>
          <p className={classes.line}>
            <strong>{t('tokens.none')}</strong>
          </p>
          <p className="dimmed">{t('tokens.noneText')}</p>
        </div>
      )}
      {tokens !== undefined && tokens.length > 0 && (
        <ul>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function TokenRow({ token }: { token: ApiToken }) {
  const { t } = useTexts()
  const opening = useOpening()
  const { name, scopes, createdAt, lastUsedAt } = token
  return (
    <li className={classes.session}>
      <Icon name="program" />
      <div>
        <div className={classes.line}>
          <strong>{name}</strong>
        </div>
        <p>{scopes.map((scope) => (isScope(scope) ? t(SCOPE_WORDS[scope]) : scope)).join(' · ')}</p>
        <p>
          <When at={createdAt} text="tokens.madeAt" />
          {' · '}
          {lastUsedAt === null ? t('tokens.unused') : <When at={lastUsedAt} text="tokens.usedAt" />}
          {' · '}
          <End at={token.expiresAt} />
        </p>
        {opening.isOpen && <RevokeForm token={token} cancel={opening.close} />}
      </div>
      {!opening.isOpen && (
        <OpenButton opening={opening} text={t('tokens.revoke')} label={t('tokens.revokeOf', { name })} />
      )}
    </li>
  )
}

function End({ at }: { at: number | null }) {
  const { t } = useTexts()
  if (at === null) return <>{t('tokens.endless')}</>
  return <When at={at} text={at <= Date.now() ? 'tokens.endedAt' : 'tokens.endsAt'} />
}
