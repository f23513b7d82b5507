import type { LoadRequest } from './connection.ts'

/** A GET with one header, and what its body must contain. */
export function get(origin: string, path: string, header: string | undefined, expected: string): LoadRequest {
  const lines = [`GET ${path} HTTP/1.1`, `host: ${new URL(origin).host}`, ...(header ? [header] : [])]
  return { text: `${lines.join('\r\n')}\r\n\r\n`, expected }
}

/** A POST of JSON, as a program or a page of the server's own origin sends it. */
export function post(origin: string, path: string, body: object, expected: string): LoadRequest {
  const content = JSON.stringify(body)
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(origin).host}`,
    `origin: ${origin}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(content)}`,
  ]
  return { text: `${lines.join('\r\n')}\r\n\r\n${content}`, expected }
}
