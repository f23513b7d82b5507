import { mkdirSync } from 'node:fs'
import { startChild } from './child.ts'

/** Starts Better Auth on a database in `folder`, with one account. `header` is what signs her in. */
export async function startBetterAuth(folder: string, email: string, password: string) {
  mkdirSync(folder, { recursive: true })
  const { child, said } = await startChild<{ origin: string }>('better-auth-server.ts', {
    DATA_DIR: folder,
    NODE_ENV: 'production',
  })
  const answer = await fetch(`${said.origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: said.origin },
    body: JSON.stringify({ name: 'Grace', email, password }),
  })
  const pair = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (!answer.ok || !pair)
    throw new Error(`Better Auth's sign-up answered ${answer.status}: ${await answer.text()}`)
  return { child, origin: said.origin, header: `cookie: ${pair}` }
}
