/** One keep-alive connection that sends the next request when the answer to the last one is whole and right. */
import { connect, type Socket } from 'node:net'

export type LoadRequest = {
  /** The request as it goes over the wire. */
  text: string
  /** Is in the body of every right answer. */
  expected: string
}

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Cheaper than an HTTP client, on purpose: on a small machine the generator must not be what is measured. An
 * answer is read in full once; one that then comes in the same length, with status 200 and the same bytes for
 * a body, is right without being read again.
 */
export class Connection {
  readonly #socket: Socket
  readonly #next: () => LoadRequest | undefined
  readonly #onAnswer: (milliseconds: number, right: boolean, answer: () => string) => void
  readonly #onEnd: (error?: Error) => void
  #request: LoadRequest | undefined
  #sentAt = 0
  #received: Buffer = Buffer.alloc(0)
  #rightLength = -1
  #rightBody: Buffer = Buffer.alloc(0)

  constructor(
    { host, port }: { host: string; port: number },
    next: () => LoadRequest | undefined,
    onAnswer: (milliseconds: number, right: boolean, answer: () => string) => void,
    onEnd: (error?: Error) => void,
  ) {
    this.#next = next
    this.#onAnswer = onAnswer
    this.#onEnd = onEnd
    this.#socket = connect({ host, port, noDelay: true }, () => this.#send())
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => onEnd(error))
    this.#socket.on('close', () => {
      if (this.#request) onEnd(new Error('The server closed the connection in the middle'))
    })
  }

  #send(): void {
    this.#request = this.#next()
    if (!this.#request) {
      this.#socket.end()
      this.#onEnd()
      return
    }
    this.#sentAt = performance.now()
    this.#socket.write(this.#request.text, 'latin1')
  }

  #receive(chunk: Buffer): void {
    if (this.#received.length === 0 && this.#isSameAsBefore(chunk)) {
      this.#finish(true, () => '')
      return
    }
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const bodyAt = this.#received.indexOf(HEAD_END) + HEAD_END.length
    if (bodyAt < HEAD_END.length || !isWhole(this.#received, bodyAt)) return
    const answer = this.#received
    this.#received = Buffer.alloc(0)
    const right = statusOf(answer) === '200' && answer.includes(this.#request?.expected ?? '', bodyAt)
    if (right) {
      this.#rightLength = answer.length
      this.#rightBody = Buffer.from(answer.subarray(bodyAt))
    }
    this.#finish(right, () => answer.toString('utf8'))
  }

  #isSameAsBefore(chunk: Buffer): boolean {
    return (
      chunk.length === this.#rightLength &&
      statusOf(chunk) === '200' &&
      chunk.compare(this.#rightBody, 0, this.#rightBody.length, chunk.length - this.#rightBody.length) ===
        0 &&
      this.#rightBody.includes(this.#request?.expected ?? '')
    )
  }

  #finish(right: boolean, answer: () => string): void {
    this.#onAnswer(performance.now() - this.#sentAt, right, answer)
    this.#send()
  }
}

/** `HTTP/1.1 200 …`: always in the same place. */
function statusOf(answer: Buffer): string {
  return answer.toString('latin1', 9, 12)
}

function isWhole(answer: Buffer, bodyAt: number): boolean {
  const head = answer.toString('latin1', 0, bodyAt)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return answer.length >= bodyAt + Number(length)
  return answer.toString('latin1', answer.length - 7) === '\r\n0\r\n\r\n'
}
