import { type ReactNode, useId, useState } from 'react'
import type { ApiTokenScope } from '../../client/index.ts'
import { useTexts } from '../texts/use-texts.ts'
import { isScope, SCOPE_WORDS } from './scope-words.ts'
import classes from './tokens.module.css'

/** What a token may do. A form finds it in the field `name`; `readScopes` makes of it what the server takes. */
export function ScopesField({ name, isAdmin, error }: { name: string; isAdmin: boolean; error: ReactNode }) {
  const { t } = useTexts()
  const errorId = useId()
  const [chosen, setChosen] = useState<ApiTokenScope[]>(['account:read'])
  const offered = Object.keys(SCOPE_WORDS)
    .filter(isScope)
    .filter((scope) => isAdmin || !scope.startsWith('admin:'))
  // To write includes to read.
  const includes = (scope: ApiTokenScope) => chosen.some((one) => one === scope.replace(':read', ':write'))
  return (
    <fieldset className={classes.scopes} aria-describedby={error ? errorId : undefined}>
      <legend>{t('tokens.scopes')}</legend>
      <input type="hidden" name={name} value={chosen.join(' ')} />
      {offered.map((scope) => (
        <label key={scope} className={classes.scope}>
          <input
            type="checkbox"
            checked={chosen.includes(scope) || includes(scope)}
            disabled={scope.endsWith(':read') && includes(scope)}
            onChange={({ currentTarget: { checked } }) =>
              setChosen(checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
            }
          />
          <span>{t(SCOPE_WORDS[scope])}</span>
        </label>
      ))}
      {error && (
        <p id={errorId} role="alert" className={classes.error}>
          {error}
        </p>
      )}
    </fieldset>
  )
}

export function readScopes(field: string): ApiTokenScope[] {
  return field.split(' ').filter(isScope)
}
