/** Of one part. Ours need some eighty bytes. */
const HEADER_BYTES_MAX = 8_192
const PARTS_MAX = 100
const BOUNDARY_LENGTH_MAX = 70

export interface PartListener {
  /** A part begins; `name` is what its field is called, if it says so. */
  begin(name: string | undefined): void
  /** A piece of the part that began last; whoever keeps it copies it, since the buffer behind it may be large. */
  data(piece: Buffer): void
}

export interface MultipartReader {
  /** @returns false once it is clear that the body is broken; what comes after is not looked at. */
  write(chunk: Buffer): boolean
  /** @returns whether all of it was there, to its last delimiter. */
  end(): boolean
}

const LINE_END = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Reads `multipart/form-data` (RFC 7578, by the grammar of RFC 2046 §5.1.1) as it comes, in pieces of any size, and
 * keeps no more of it than one part's headers, or what may be the beginning of a delimiter.
 */
export function createMultipartReader(boundary: string, listener: PartListener): MultipartReader {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  let state: 'preamble' | 'delimited' | 'head' | 'body' | 'ended' | 'broken' = 'preamble'
  let parts = 0
  // A delimiter begins a line; the first one may have none before it.
  let rest: Buffer = LINE_END
  /** Bytes of `rest` that end the head before it, and may be the line end of a delimiter, but are no content. */
  let ofHead = LINE_END.length

  const readToDelimiter = (): void => {
    const at = rest.indexOf(delimiter)
    // The last bytes may be the beginning of a delimiter whose end has yet to come.
    const sure = at >= 0 ? at : Math.max(0, rest.length - delimiter.length + 1)
    if (state === 'body' && sure > ofHead) listener.data(rest.subarray(ofHead, sure))
    ofHead = Math.max(0, ofHead - sure)
    rest = rest.subarray(at >= 0 ? at + delimiter.length : sure)
    if (at >= 0) state = 'delimited'
  }
  const readDelimiterLine = (): void => {
    if (rest.subarray(0, 2).equals(Buffer.from('--'))) {
      state = 'ended'
      return
    }
    const end = rest.indexOf(LINE_END)
    const line = rest.subarray(0, end < 0 ? BOUNDARY_LENGTH_MAX : end).toString('latin1')
    // Blanks may follow a delimiter, and nothing else: mail added them once.
    const isFine =
      end < 0 ? /^(?:-|[ \t]*\r?)$/.test(line) && rest.length < BOUNDARY_LENGTH_MAX : /^[ \t]*$/.test(line)
    if (!isFine || parts >= PARTS_MAX) state = 'broken'
    if (!isFine || end < 0) return
    parts++
    // The line's end stays: of a head without any header it is the first half of its end.
    rest = rest.subarray(end)
    if (state !== 'broken') state = 'head'
  }
  const readHead = (): void => {
    const end = rest.indexOf(HEAD_END)
    if (end > HEADER_BYTES_MAX || (end < 0 && rest.length > HEADER_BYTES_MAX + HEAD_END.length))
      state = 'broken'
    if (end < 0 || state === 'broken') return
    listener.begin(nameOfPart(rest.subarray(0, end).toString('utf8')))
    rest = rest.subarray(end + LINE_END.length)
    ofHead = LINE_END.length
    state = 'body'
  }
  const stop = (): void => undefined
  const read = {
    preamble: readToDelimiter,
    delimited: readDelimiterLine,
    head: readHead,
    body: readToDelimiter,
    ended: stop,
    broken: stop,
  }
  /** As far as what is there allows: each step leads to another state, or waits for more. */
  const readOn = (): void => {
    const before = state
    read[state]()
    if (state !== before) readOn()
  }

  return {
    write(chunk) {
      if (read[state] === stop) return state === 'ended'
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      readOn()
      return state !== 'broken'
    },
    end: () => state === 'ended',
  }
}

/** @returns nothing where the type is another one, or its boundary none (RFC 2046 §5.1.1). */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, parameters] = /^\s*multipart\/form-data\s*(;.*)$/is.exec(contentType ?? '') ?? []
  const boundary = parameters === undefined ? undefined : parameterOf(parameters, 'boundary')
  return boundary !== undefined && /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary)
    ? boundary
    : undefined
}

function nameOfPart(head: string): string | undefined {
  for (const line of head.split('\r\n')) {
    const [, parameters] = /^content-disposition[ \t]*:[ \t]*form-data[ \t]*(;.*)$/is.exec(line) ?? []
    if (parameters !== undefined) return parameterOf(parameters, 'name')
  }
  return undefined
}

/** One after the other, so that what stands in the quotes of another parameter is not taken for one. */
const PARAMETER = /;[ \t]*([^\s;="]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))[ \t]*/gsy

function parameterOf(text: string, wanted: string): string | undefined {
  PARAMETER.lastIndex = 0
  for (;;) {
    const [whole, name, quoted, bare] = PARAMETER.exec(text) ?? []
    if (whole === undefined) return undefined
    if (name?.toLowerCase() === wanted) return quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare
  }
}
