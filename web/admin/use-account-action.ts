import type { AdminAccount, Outcome } from '../../client/index.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { accountQuery, queryClient } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { ACCOUNTS_KEY, accountOfQuery, type accountsQuery } from './queries.ts'

type Action<Value> = {
  account: AdminAccount
  /** What is different when it is done: it shows at once. */
  changes: Partial<AdminAccount>
  send: () => Promise<Outcome<Value>>
  /** What to say when it is done. */
  say: (value: Value) => string
  undo?: () => Promise<boolean>
}

/** Does something to an account: it shows at once, and rolls back, with the reason, if the server refuses. */
export function useAccountAction() {
  const { t } = useTexts()
  const words = useProblemWords()
  return async <Value>({ account, changes, send, say, undo }: Action<Value>): Promise<boolean> => {
    // An answer that is under way would show what was before.
    await queryClient.cancelQueries({ queryKey: ACCOUNTS_KEY })
    show({ ...account, ...changes })
    const outcome = await send()
    if (outcome.ok) toast(t, say(outcome.value), undo)
    else {
      show(account)
      toastFailure(t, words(outcome.problem))
    }
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ACCOUNTS_KEY }),
      queryClient.invalidateQueries({ queryKey: accountOfQuery(account.uid).queryKey }),
      // It may have been one's own.
      queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
    ])
    return outcome.ok
  }
}

type Accounts = Awaited<ReturnType<NonNullable<ReturnType<typeof accountsQuery>['queryFn']>>>

function show(changed: AdminAccount): void {
  queryClient.setQueryData(accountOfQuery(changed.uid).queryKey, changed)
  queryClient.setQueriesData<Accounts>({ queryKey: ACCOUNTS_KEY }, (list) =>
    list === undefined
      ? list
      : { ...list, accounts: list.accounts.map((each) => (each.uid === changed.uid ? changed : each)) },
  )
}
