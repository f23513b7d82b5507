import type { Account, Outcome } from '../../client/index.ts'
import { problemFrom, problemUnreachable } from '../../client/problem.ts'
import { here } from '../here.ts'

export type PictureKind = 'picture' | 'banner'

/** Sends a picture, and tells how much of it has gone: fetch cannot tell that. */
export function sendPicture(
  kind: PictureKind,
  file: Blob,
  onProgress: (share: number) => void,
): Promise<Outcome<{ account: Account }>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const form = new FormData()
    form.append('file', file)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    request.onerror = () => resolve({ ok: false, problem: problemUnreachable() })
    request.onload = () => {
      const body = parse(request.responseText)
      if (request.status === 200) return resolve({ ok: true, value: body as { account: Account } })
      const retryAfter = request.getResponseHeader('retry-after')
      const headers = new Headers(retryAfter === null ? [] : [['retry-after', retryAfter]])
      resolve({
        ok: false,
        problem: problemFrom(body, new Response(null, { status: request.status, headers })),
      })
    }
    request.open('PUT', `${here.api}/account/${kind}`)
    request.send(form)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
