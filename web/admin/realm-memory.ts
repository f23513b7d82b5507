import { here, keyHere } from '../here.ts'
import { queryClient } from '../queries.ts'
import { realmsQuery } from './queries.ts'

const KEY = keyHere('admin-realm')

/** The realm that was looked at last in this browser, if it is another than one's own and still there. */
export async function realmToShow(): Promise<string | undefined> {
  const name = rememberedRealm()
  if (name === undefined || name === here.realm) return undefined
  // Whatever fails here says so on the page, which asks for the same.
  const realms = await queryClient.ensureQueryData(realmsQuery).catch(() => [])
  return realms.find((realm) => realm.name === name)?.name
}

function rememberedRealm(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

export function rememberRealm(name: string): void {
  try {
    localStorage.setItem(KEY, name)
  } catch {
    // Storage may be switched off: then it is forgotten with the page.
  }
}
