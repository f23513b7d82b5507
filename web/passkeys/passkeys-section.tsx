import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Account, Start } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { Section } from '../account/section.tsx'
import { Note } from '../frame/note.tsx'
import { ProblemNote } from '../frame/problem-note.tsx'
import { ProblemError, passkeysQuery, startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { AddPasskey } from './add-passkey.tsx'
import { passkeyPlace } from './browser.ts'
import { PasskeyRow } from './passkey-row.tsx'

/** What opens the account without a password. Where the realm wants none of it, nothing. */
export function PasskeysSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const { data: start } = useQuery(startQuery)
  const { data: passkeys, error } = useQuery({ ...passkeysQuery, enabled: start?.passkeySignIn === true })
  if (!start?.passkeySignIn) return null
  return (
    <Section title={t('passkeys.title')} text={t('passkeys.text')} anchor="passkeys">
      {error instanceof ProblemError && <ProblemNote problem={error.problem} />}
      {passkeys === undefined && error === null && <Skeleton height={56} />}
      {passkeys !== undefined && passkeys.length > 0 && (
        <ul>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} account={account} />
          ))}
        </ul>
      )}
      {passkeys?.length === 0 && <p>{t('passkeys.none')}</p>}
      {passkeys !== undefined && <Adding start={start} account={account} />}
    </Section>
  )
}

/** The way to another one, or why there is none on this page. */
function Adding({ start, account }: { start: Start; account: Account }) {
  const { t } = useTexts()
  const place = passkeyPlace(start)
  if (place === 'here') return <AddPasskey account={account} />
  if (place === 'not_secure') return <Note kind="plain" text={t('problem.passkeysNeedHttps')} />
  if (place === 'not_supported') return <Note kind="plain" text={t('passkeys.notSupported')} />
  const there = new URL(start.publicUrl).origin
  return (
    <Note kind="plain" text={t('passkeys.elsewhere')}>
      <p className={classes.line}>
        <a href={there}>{there}</a>
      </p>
    </Note>
  )
}
