/** Looking for people among a million, over HTTP, as anybody may at the `community` API. */

import { endChild } from './contenders/child.ts'
import { type Person, writePeople } from './contenders/crowd.ts'
import { startLatchkey } from './contenders/latchkey.ts'
import { type Measured, measure, overHttp, type Rounds, startGenerator } from './load/measure.ts'
import { get } from './load/requests.ts'

export type Search = { accounts: number; seedSeconds: number; measured: Map<string, Measured> }

const CONNECTIONS = 4
const QUESTIONS = 300
const PATH = '/community/v0/search/users'
/** Names are as unevenly spread as people's are: the first of them has nine in a hundred. */
const GIVEN_NAMES = 2_000
const FAMILY_NAMES = 30_000

export async function measureSearches(
  folder: string,
  { accounts, rounds }: { accounts: number; rounds: Rounds },
): Promise<Search> {
  // The first start makes the tables.
  await (await startLatchkey(folder)).stop()
  const startedAt = performance.now()
  writePeople(folder, 'community', crowd(accounts))
  const seedSeconds = (performance.now() - startedAt) / 1_000
  console.log(`search: ${accounts.toLocaleString('en')} accounts written in ${seedSeconds.toFixed(0)} s`)

  const { origin, stop } = await startLatchkey(folder)
  const generator = startGenerator()
  const asked = [...crowd(QUESTIONS, accounts)]
  const contender = (name: string, queries: { query: Record<string, string>; expected: string }[]) =>
    overHttp(generator, {
      name,
      origin,
      requests: queries.map(({ query, expected }) =>
        get(origin, `${PATH}?${new URLSearchParams(query)}`, undefined, expected),
      ),
      connections: CONNECTIONS,
    })
  const hits = '"total_hits":'
  try {
    const measured = await measure(
      'search',
      [
        contender(
          'a handle',
          asked.map(({ handle }) => ({ query: { q: handle }, expected: `"${handle}"` })),
        ),
        contender(
          'a given name',
          asked.map(({ name }) => ({ query: { q: name.split(' ')[0] ?? '' }, expected: hits })),
        ),
        contender(
          'a given name and a family name',
          asked.map(({ name }) => ({ query: { q: name }, expected: hits })),
        ),
        contender(
          'a name that nobody has',
          asked.map(({ handle }) => ({
            query: { q: `${handle}qqq`.split('_').at(-1) ?? '' },
            expected: `${hits}0`,
          })),
        ),
        contender('everybody, the first page', [{ query: { page: '1' }, expected: hits }]),
        contender('everybody, the last page of a thousand', [{ query: { page: '50' }, expected: hits }]),
        contender('the most frequent name, the last page of a thousand', [
          { query: { q: nameOf(0), page: '50' }, expected: `${hits}1000` },
        ]),
      ],
      rounds,
    )
    return { accounts, seedSeconds, measured }
  } finally {
    await Promise.all([stop(), endChild(generator)])
  }
}

/** The same people each time: `count` of the first `among`, evenly. */
function* crowd(count: number, among = count): Generator<Person> {
  for (let i = 0; i < count; i++) {
    const nth = Math.floor((i * among) / count)
    const given = nameOf(unevenly(nth * 2 + 1, GIVEN_NAMES))
    const family = nameOf(GIVEN_NAMES + unevenly(nth * 2 + 2, FAMILY_NAMES))
    const handle = `${given}_${family}_${nth.toString().padStart(7, '0')}`
    const bio =
      nth % 4 === 0 ? `${nameOf(unevenly(nth, 5_000))} and ${nameOf(unevenly(nth + 7, 5_000))}` : null
    yield { handle, name: `${capital(given)} ${capital(family)}`, bio, email: `${handle}@example.org` }
  }
}

/** A number below `max`, the small ones more often (as 1/n), always the same for the same seed. */
function unevenly(seed: number, max: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  const share = ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  return Math.floor(max ** share) - 1
}

const SYLLABLES =
  'ba be bi bo da de di do fa ga ha ka la le li lo ma me mi mo na ne ni no ra re ri ro sa se ta te va ve'.split(
    ' ',
  )

/** The nth name: three syllables or more, no two alike. */
function nameOf(nth: number): string {
  let name = ''
  for (let rest = nth + SYLLABLES.length ** 2; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    name = (SYLLABLES[rest % SYLLABLES.length] ?? '') + name
  }
  return name
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
