/** People with passkeys: the ceremonies over HTTP, with an authenticator in software. */
import {
  type Algorithm,
  assertCredential,
  type Credential,
  createCredential,
  type Lies,
} from './authenticator.ts'
import type { Answer, Visitor } from './visitor.ts'

export interface Ceremony {
  /** Where our API stands; another realm's has another place. */
  base?: string
  lies?: Lies
  /** Where the page stands that the browser shows; where the options say, if left out. */
  origin?: string
}

export interface Adding extends Ceremony {
  password?: string
  name?: string
  algorithm?: Algorithm
  userAgent?: string
}

export const beginAdding = (visitor: Visitor, { base = '/api', password }: Adding = {}): Promise<Answer> =>
  visitor.post(`${base}/account/passkeys/options`, { password })

/** @throws when the options are refused. */
export async function addPasskey(
  visitor: Visitor,
  origin: string,
  adding: Adding = {},
): Promise<{ credential: Credential; answer: Answer; json: any }> {
  const { base = '/api', name, algorithm, lies, userAgent } = adding
  const { options } = wanted(await beginAdding(visitor, adding))
  const { credential, json } = createCredential(options, { origin, algorithm, lies })
  const headers = userAgent === undefined ? undefined : { 'user-agent': userAgent }
  const answer = await visitor.post(`${base}/account/passkeys`, { credential: json, name }, { headers })
  return { credential, answer, json }
}

export const beginSignIn = (visitor: Visitor, base = '/api'): Promise<Answer> =>
  visitor.post(`${base}/sign-in/passkey/options`)

export async function signInWithPasskey(
  visitor: Visitor,
  origin: string,
  credential: Credential,
  { base = '/api', lies }: Ceremony = {},
): Promise<Answer> {
  const { options } = wanted(await beginSignIn(visitor, base))
  return visitor.post(`${base}/sign-in/passkey`, {
    credential: assertCredential(options, credential, { origin, lies }),
  })
}

function wanted({ status, body, text }: Answer): any {
  if (status !== 200) throw new Error(`${status} ${text}`)
  return body
}
