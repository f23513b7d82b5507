/** Somebody who speaks HTTP to the server and keeps cookies as a browser does, but adds nothing of its own. */

export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON, or the text if it is none. */
  body: any
  text: string
  /** The cookies this answer set, by name: the value, and the whole line. */
  cookies: Map<string, { value: string; line: string }>
}

export interface Send {
  headers?: Record<string, string>
  /** Sent as JSON with the content type for it. */
  json?: unknown
  /** Sent as it is. */
  body?: string | Uint8Array
}

export interface Visitor {
  jar: Map<string, string>
  send(method: string, path: string, what?: Send): Promise<Answer>
  get(path: string, what?: Send): Promise<Answer>
  post(path: string, json?: unknown, what?: Send): Promise<Answer>
  put(path: string, json?: unknown, what?: Send): Promise<Answer>
  patch(path: string, json?: unknown, what?: Send): Promise<Answer>
  delete(path: string, what?: Send): Promise<Answer>
}

export function createVisitor(origin: string): Visitor {
  const jar = new Map<string, string>()
  const send = async (
    method: string,
    path: string,
    { headers = {}, json, body }: Send = {},
  ): Promise<Answer> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${origin}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie && { cookie }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (body as BodyInit | undefined) : JSON.stringify(json),
    })
    const text = await response.text()
    const cookies: Answer['cookies'] = new Map()
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      cookies.set(name, { value, line })
      if (value === '' || /Max-Age=0(;|$)/.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return { status: response.status, headers: response.headers, body: parsed(text), text, cookies }
  }
  return {
    jar,
    send,
    get: (path, what) => send('GET', path, what),
    post: (path, json, what) => send('POST', path, { json, ...what }),
    put: (path, json, what) => send('PUT', path, { json, ...what }),
    patch: (path, json, what) => send('PATCH', path, { json, ...what }),
    delete: (path, what) => send('DELETE', path, what),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
