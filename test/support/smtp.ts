/** A real SMTP server for tests, that keeps what it is sent. */
import { once } from 'node:events'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type Mail = {
  from: string
  /** The envelope's recipients: who really gets it. */
  to: string[]
  subject: string
  text: string
  html: string
  /** By lower-case name; of several with one name, the last. */
  headers: Record<string, string>
}

export type SmtpOptions = {
  /** Demands this user and password, and puts them into the URL. */
  auth?: { user: string; password: string }
  /** To come back on the port of one that was closed. A free one by default. */
  port?: number
}

export type Smtp = {
  /** `smtp://127.0.0.1:port`, for SMTP_URL. */
  url: string
  port: number
  /** All mail accepted so far, in order. */
  mails: Mail[]
  /**
   * The first mail to this address, or that satisfies the predicate, which no earlier call was given: now, or
   * when it comes. Rejects after 30 s, naming what came instead.
   */
  waitForMail(wanted: string | ((mail: Mail) => boolean)): Promise<Mail>
  /** While on, every mail is refused for now (451), as an overloaded server does. */
  refuse(on: boolean): void
  close(): Promise<void>
}

const WAIT_SECONDS_MAX = 30

type Waiter = { matches: (mail: Mail) => boolean; take: (mail: Mail) => void }

export async function startSmtp({ auth, port = 0 }: SmtpOptions = {}): Promise<Smtp> {
  const mails: Mail[] = []
  const untaken: Mail[] = []
  const waiters: Waiter[] = []
  let refusing = false

  const deliver = (mail: Mail) => {
    mails.push(mail)
    const waiting = waiters.findIndex(({ matches }) => matches(mail))
    if (waiting === -1) untaken.push(mail)
    else waiters.splice(waiting, 1)[0]?.take(mail)
  }

  const server = new SMTPServer({
    authOptional: !auth,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 500,
    onAuth: ({ username, password }, _session, callback) =>
      username === auth?.user && password === auth?.password
        ? callback(null, { user: username })
        : callback(new Error('Wrong user or password')),
    onMailFrom: (_address, _session, callback) =>
      refusing ? callback(Object.assign(new Error('Try again later'), { responseCode: 451 })) : callback(),
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address)
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        readMail(Buffer.concat(chunks), from, to).then((mail) => {
          callback()
          deliver(mail)
        }, callback)
      })
    },
  })
  // A client that hangs up in the middle is its own affair.
  server.on('error', () => {})
  const listener = server.listen(port, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port')
  const credentials = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@` : ''

  return {
    url: `smtp://${credentials}127.0.0.1:${address.port}`,
    port: address.port,
    mails,
    refuse(on) {
      refusing = on
    },
    waitForMail(wanted) {
      const matches = typeof wanted === 'string' ? (mail: Mail) => mail.to.includes(wanted) : wanted
      const here = untaken.findIndex(matches)
      const [mail] = here === -1 ? [] : untaken.splice(here, 1)
      if (mail) return Promise.resolve(mail)
      return waitIn(waiters, matches, () => describe(wanted, mails))
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function waitIn(waiters: Waiter[], matches: Waiter['matches'], complaint: () => string): Promise<Mail> {
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      matches,
      take(mail) {
        clearTimeout(patience)
        resolve(mail)
      },
    }
    const patience = setTimeout(() => {
      waiters.splice(waiters.indexOf(waiter), 1)
      reject(new Error(complaint()))
    }, WAIT_SECONDS_MAX * 1000)
    waiters.push(waiter)
  })
}

function describe(wanted: string | ((mail: Mail) => boolean), mails: Mail[]): string {
  const what = typeof wanted === 'string' ? `to ${wanted}` : `that satisfies ${wanted}`
  const came = mails.map(({ to, subject }) => `  "${subject}" to ${to.join(', ')}`).join('\n')
  return `No (further) mail ${what} came in ${WAIT_SECONDS_MAX} s. What came so far:\n${came || '  nothing'}`
}

async function readMail(raw: Buffer, from: string, to: string[]): Promise<Mail> {
  const { subject = '', text = '', html = '', headers } = await PostalMime.parse(raw)
  return {
    from,
    to,
    subject,
    text,
    html,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
  }
}
