import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Start } from '../../client/index.ts'
import classes from '../account/account.module.css'
import { Note } from '../frame/note.tsx'
import { passkeysQuery, startQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { canDeviceKeepOne, passkeyPlace } from './browser.ts'
import { isSuggestionDue, rememberSuggested, stopSuggesting } from './suggestion-memory.ts'

/** After signing in with a password: there is an easier way. Said once, and never to who has one. */
export function PasskeySuggestion() {
  const { data: start } = useQuery(startQuery)
  const [isDue, setDue] = useState(isSuggestionDue)
  if (start === undefined || !isDue) return null
  return (
    <Suggestion
      start={start}
      close={() => {
        stopSuggesting()
        setDue(false)
      }}
    />
  )
}

function Suggestion({ start, close }: { start: Start; close: () => void }) {
  const { t } = useTexts()
  const isHere = passkeyPlace(start) === 'here'
  const { data: passkeys } = useQuery({ ...passkeysQuery, enabled: isHere })
  const { data: canKeep } = useQuery({
    queryKey: ['device-keeps-passkeys'],
    queryFn: canDeviceKeepOne,
    enabled: isHere,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const isShown = canKeep === true && passkeys?.length === 0
  useEffect(() => {
    if (isShown) rememberSuggested()
  }, [isShown])
  if (!isShown) return null
  return (
    <Note kind="plain" title={t('passkeys.suggestTitle')} text={t('passkeys.suggestText')}>
      <div className={classes.actions}>
        <Link to="/account" hash="passkeys" onClick={close}>
          {t('passkeys.suggestYes')}
        </Link>
        <button type="button" className="link" onClick={close}>
          {t('passkeys.suggestNo')}
        </button>
      </div>
    </Note>
  )
}
