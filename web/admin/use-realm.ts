import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { ManagedRealm } from '../../client/index.ts'
import { here } from '../here.ts'
import { realmsQuery } from './queries.ts'

/** The realm that the address names. Undefined: the caller's own, which the API takes if none is named. */
export function useRealm(): string | undefined {
  return useSearch({ strict: false }).realm
}

/** What is known of it; undefined while the list is on its way, or when the address names none of it. */
export function useManagedRealm(): ManagedRealm | undefined {
  const name = useRealm() ?? here.realm
  const { data: realms } = useQuery(realmsQuery)
  return realms?.find((realm) => realm.name === name)
}
