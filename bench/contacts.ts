/**
 * How the address book answers as it grows: `node bench/contacts.ts [contacts]` fills a book on SQLite, with two notes for
 * each contact, and asks what people ask, over HTTP, one after the other. The processor's time is that of server and asker
 * together, on a machine that is busy with other things the truer figure.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { nothingKnown } from '../engine/contacts/contact-values.ts'
import { loadConfig } from '../server/config/load.ts'
import { startServer } from '../server/start.ts'
import { enterIntoSearch, searchText } from '../storage/contact-search.ts'
import { insertContact } from '../storage/contacts.ts'
import { inTransaction, openStorage, type Storage, type Tx } from '../storage/database.ts'

const CONTACTS = Number(process.argv[2] ?? 100_000)
const NOTES_EACH = 2
const STEP = 1_000
const ASKED = 200
const PASSWORD = 'sunflower-Kettle-94'

const FIRST =
  'Ada Bert Chloé Dörte Émile Fatima Grace Håkon Ines Jürgen Karin Łukasz Mona Nils Olga Pía'.split(' ')
const LAST =
  'Adler Berg Çelik Dupont Eriksen Fuchs García Höfer Ito Jansen Kovač Lindqvist Müller Novak'.split(' ')
const WORDS =
  'met walked talked about garden music boat winter letter school train coffee moved house sister'.split(' ')

const pick = <T>(list: T[], n: number): T => list[n % list.length] as T
/** The same book each time: numbers that look like chance and are none. */
const spread = (n: number): number => Math.trunc(((n * 2_654_435_761) % 4_294_967_296) / 65_536)

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
const config = loadConfig({ DATA_DIR: folder, PORT: '0', RATE_LIMIT: 'off' })
const server = await startServer({ config, logger: pino({ level: 'silent' }), printMail: () => undefined })
try {
  const cookie = await signUp(server.url)
  const storage = openStorage(config.storage)
  await fill(storage, await whoAmI(server.url, cookie))
  await storage.close()
  const last = Math.ceil(CONTACTS / 25)
  const questions: Record<string, (n: number) => string> = {
    'first page': () => '/contacts?sort=lastname&order=asc',
    'last page': () => `/contacts?sort=lastname&order=asc&page=${last}`,
    'page in the middle': (n) => `/contacts?sort=firstname&page=${Math.ceil(last / 2) + n}`,
    'page by id': (n) => `/contacts?page=${(spread(n) % last) + 1}`,
    'search with a few hits': (n) => `/contacts?search=x${spread(n) % CONTACTS}q`,
    'search in notes': (n) => `/contacts?search=n${spread(n) % CONTACTS}m`,
    'search without a hit': (n) => `/contacts?search=zzyzx${n}`,
    'search with many hits': () => '/contacts?search=garcia',
    circle: (n) => `/contacts?circle=Circle%20${n % 50}&sort=firstname`,
    'all circles': () => '/contacts/circles',
    birthdays: () => '/contacts/birthdays',
    'five by chance': () => '/contacts/random',
    'one contact': (n) => `/contacts/${(spread(n) % CONTACTS) + 1}`,
  }
  console.log(`${CONTACTS} contacts, ${CONTACTS * NOTES_EACH} notes; ${ASKED} times each, ms\n`)
  for (const [name, pathOf] of Object.entries(questions)) {
    const times: number[] = []
    const before = process.cpuUsage()
    for (let n = 0; n < ASKED; n++) times.push(await ask(`${server.url}/crm${pathOf(n)}`, cookie))
    const { user, system } = process.cpuUsage(before)
    const cpu = ((user + system) / 1_000 / ASKED).toFixed(2)
    times.sort((a, b) => a - b)
    const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2)
    console.log(
      `${name.padEnd(24)} median ${at(0.5).padStart(7)}   p99 ${at(0.99).padStart(7)}   processor ${cpu.padStart(6)}`,
    )
  }
  console.log(`\nmemory ${Math.round(process.memoryUsage().rss / 1024 / 1024)} MB`)
} finally {
  await server.close()
  await rm(folder, { recursive: true, force: true })
}

async function signUp(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const user = { username: 'bench', email: 'bench@example.org', password: PASSWORD }
  await fetch(`${url}/crm/register`, { method: 'POST', headers, body: JSON.stringify(user) })
  const body = JSON.stringify({ identifier: 'bench', password: PASSWORD })
  const answer = await fetch(`${url}/crm/login`, { method: 'POST', headers, body })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function ask(url: string, cookie: string): Promise<number> {
  const begun = performance.now()
  const answer = await fetch(url, { headers: { cookie } })
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`)
  return performance.now() - begun
}

async function whoAmI(url: string, cookie: string): Promise<number> {
  const answer = await fetch(`${url}/crm/users/me`, { headers: { cookie } })
  return ((await answer.json()) as { id: number }).id
}

async function fill({ db }: Storage, ownerId: number): Promise<void> {
  const begun = performance.now()
  for (let from = 0; from < CONTACTS; from += STEP) {
    await inTransaction(db, async (tx) => {
      for (let n = from; n < Math.min(from + STEP, CONTACTS); n++) await addContact(tx, ownerId, n)
    })
  }
  console.log(`filled in ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
}

async function addContact(tx: Tx, ownerId: number, n: number): Promise<void> {
  const [firstname, lastname] = [pick(FIRST, spread(n)), pick(LAST, spread(n + 7))]
  const month = String((n % 12) + 1).padStart(2, '0')
  const id = await insertContact(tx, {
    ownerId,
    uid: `bench-${n}`,
    now: n,
    values: {
      ...nothingKnown,
      firstname,
      lastname,
      nickname: `x${n}q`,
      email: `${firstname}.${lastname}.${n}@example.org`,
      emails: [{ type: 'home', value: `${firstname}.${lastname}.${n}@example.org` }],
      phone: `+49 30 ${1_000_000 + n}`,
      birthday: `19${50 + (n % 50)}-${month}-${String((n % 28) + 1).padStart(2, '0')}`,
      address: `${pick(WORDS, n)} street ${n % 200}`,
      workInformation: `${pick(WORDS, n + 1)} ${pick(WORDS, n + 2)}`,
      circles: [`Circle ${n % 50}`],
    },
  })
  const notes = await tx
    .insertInto('note')
    .values(
      Array.from({ length: NOTES_EACH }, (_, k) => ({
        owner_id: ownerId,
        contact_id: id,
        content: `${[0, 1, 2, 3, 4, 5].map((w) => pick(WORDS, spread(n + w + k))).join(' ')} n${n}m`,
        date: '2026-01-01T00:00:00Z',
        date_at: 1_767_225_600_000,
        date_day: '2026-01-01',
        import_id: null,
        trashed_with: null,
        deleted_at: null,
        created_at: n,
        updated_at: n,
      })),
    )
    .returning(['id', 'content'])
    .execute()
  const entries = notes.map(({ id, content }) => ({ id, ownerId, text: searchText([content]) }))
  await enterIntoSearch(tx, 'note_search', entries)
}
