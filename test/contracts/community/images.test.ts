import assert from 'node:assert/strict'
import { chmod, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { createHousekeeping } from '../../../engine/housekeeping.ts'
import { createSessionCache } from '../../../engine/sessions/session-cache.ts'
import { openFiles } from '../../../storage/files/files.ts'
import { openBehind } from '../../attacks/people.ts'
import type { TestServer } from '../../support/latchkey.ts'
import { form, formOf, gifOf, pngClaiming, pngOf } from '../../support/pictures.ts'
import type { Send, Visitor } from '../../support/visitor.ts'
import {
  assertBad,
  assertEmpty,
  assertProblem,
  assertUnauthorized,
  BASE,
  bearer,
  newcomer,
  startCommunity,
} from './support.ts'

const ME = `${BASE}/v0/user/me`
const MIB = 1024 * 1024
const IMAGES = [
  ['profile-image', 'profile_image', 4 * MIB],
  ['banner-image', 'banner_image', 8 * MIB],
] as const

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const send = (visitor: Visitor, what: Send, path = 'profile-image') =>
  visitor.send('POST', `${ME}/${path}`, what)
const remove = (visitor: Visitor, path = 'profile-image') => visitor.delete(`${ME}/${path}`)
const pathOf = (url: string) => url.slice(server.url.length)

let colours = 0
/** One that nobody had before. */
const newPng = () => pngOf(40, 30, `#${(++colours * 4_097).toString(16).padStart(6, '0')}`)

async function set(visitor: Visitor, bytes: Uint8Array, path?: string): Promise<string> {
  const answer = await send(visitor, formOf(bytes), path)
  assert.equal(answer.status, 201, answer.text)
  return answer.body.image_url
}

const isThere = async (url: string): Promise<boolean> => {
  const { status } = await server.visitor().get(pathOf(url))
  assert.ok([200, 404].includes(status))
  return status === 200
}

/** Every file that the store has, finished or not. */
async function filesKept(): Promise<number> {
  const folder = join(server.env.DATA_DIR ?? '', 'files')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).length
}

test('a picture is set, shown whole everywhere, and removed', async () => {
  for (const [path, field] of IMAGES) {
    const { visitor, handle } = await newcomer(server)
    assertProblem(await remove(visitor, path), 404, 'system:not_found')
    const url = await set(visitor, await newPng(), path)
    assert.match(url, new RegExp(`^${server.url}${BASE}/user-images/[0-9a-f]{64}\\.webp$`))
    const mine = (await visitor.get(ME)).body
    assert.equal(mine[field], url)
    assert.equal((await visitor.patch(ME, { bio: 'hi' })).body[field], url)
    const stranger = server.visitor()
    const at = `${BASE}/v0/users/profile`
    assert.equal((await stranger.get(`${at}?handle=${handle}`)).body[field], url)
    assert.equal((await stranger.get(`${at}/id?user_id=${mine.id}`)).body[field], url)
    const { users } = (await stranger.get(`${BASE}/v0/search/users?query=${handle}&page=1&page_size=5`)).body
    assert.equal(users[0].profile_image, field === 'profile_image' ? url : undefined)
    assert.equal('banner_image' in users[0], false)

    assertEmpty(await remove(visitor, path))
    assert.equal(field in (await visitor.get(ME)).body, false)
    assertProblem(await remove(visitor, path), 404, 'system:not_found')
    assert.equal(await isThere(url), false)
  }
})

test('D3: what is served is the picture as a WebP, for good, and nothing that a browser could run', async () => {
  const { visitor } = await newcomer(server)
  const url = await set(visitor, await pngOf(33, 22, '#123456'))
  const response = await fetch(url)
  const bytes = Buffer.from(await response.arrayBuffer())
  const { format, width, height } = await sharp(bytes).metadata()
  assert.deepEqual([response.status, format, width, height], [200, 'webp', 33, 22])
  const header = (name: string) => response.headers.get(name)
  assert.equal(header('content-type'), 'image/webp')
  assert.equal(header('content-length'), String(bytes.length))
  assert.equal(header('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(header('x-content-type-options'), 'nosniff')
  assert.equal(header('set-cookie'), null, 'a shared cache would give it to everybody')
  assert.equal(header('content-security-policy'), "default-src 'none'; sandbox")
  assert.equal(header('cross-origin-resource-policy'), 'cross-origin')
  const etag = header('etag') ?? ''
  const again = await fetch(url, { headers: { 'if-none-match': etag } })
  assert.deepEqual([again.status, await again.text()], [304, ''])
  const head = await fetch(url, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(bytes.length)])
  for (const path of ['x', `${'0'.repeat(64)}.webp`, `${'0'.repeat(64)}`, '..%2f..%2flatchkey.sqlite', '%00'])
    assert.equal((await server.visitor().get(`${BASE}/user-images/${path}`)).status, 404, path)
})

test('each kind of picture is taken by its content; what is said of it does not count', async () => {
  const { visitor } = await newcomer(server)
  for (const kind of ['jpeg', 'png', 'gif', 'webp', 'avif'] as const) {
    const bytes = await sharp(await pngOf(20, 20))
      .toFormat(kind)
      .toBuffer()
    const head =
      'Content-Disposition: form-data; name="file"; filename="../../x.svg"\r\nContent-Type: text/html\r\n'
    const answer = await send(visitor, form([{ head, content: bytes }]))
    assert.equal(answer.status, 201, kind)
  }
  const animated = await fetch(await set(visitor, await gifOf(10, 10, 3)))
  assert.equal((await sharp(Buffer.from(await animated.arrayBuffer())).metadata()).pages, 3)
})

test('other fields are skipped, and the last file wins', async () => {
  const { visitor } = await newcomer(server)
  const [first, last] = [await newPng(), await newPng()]
  const expected = await set(visitor, last)
  const { status, body } = await send(
    visitor,
    form([
      { name: 'note', content: 'x'.repeat(1_000) },
      { content: first },
      { name: 'files', content: first },
      { content: last },
      { name: 'after', content: first },
    ]),
  )
  assert.deepEqual([status, body.image_url], [201, expected])
})

test('without a session, and before a byte of the body is read: 401', async () => {
  for (const [path] of IMAGES) {
    assertUnauthorized(await send(server.visitor(), formOf(await newPng()), path))
    assertUnauthorized(await send(server.visitor(), formOf(Buffer.alloc(9 * MIB)), path))
    assertUnauthorized(await send(server.visitor(), { body: 'x' }, path))
    assertUnauthorized(await send(server.visitor(), bearer('x'.repeat(43), formOf('x')), path))
    assertUnauthorized(await remove(server.visitor(), path))
  }
})

test('what is no form, a broken one, or has no file or an empty one in it: 400', async () => {
  const { visitor } = await newcomer(server)
  const whole = formOf(await newPng())
  const cut = { ...whole, body: (whole.body as Uint8Array).subarray(0, -4) }
  const json = { json: { file: 'x' } }
  const other = { headers: { 'content-type': 'multipart/form-data; boundary=other' }, body: whole.body }
  const untold = { headers: { 'content-type': 'multipart/form-data' }, body: whole.body }
  const raw = { headers: { 'content-type': 'image/png' }, body: await newPng() }
  const unreadable = { headers: { 'content-type': 'multipart/' }, body: whole.body }
  const named = form([{ name: 'picture', content: await newPng() }])
  const bodies = [{}, cut, json, other, untold, raw, unreadable, named, form([]), formOf('')]
  for (const [path] of IMAGES) for (const what of bodies) assertBad(await send(visitor, what, path))
  const emptied = form([{ content: await newPng() }, { content: '' }])
  assertBad(await send(visitor, emptied))
  assert.equal('profile_image' in (await visitor.get(ME)).body, false)
})

test('what is no picture: 415; what is one and broken: 400', async () => {
  const { visitor } = await newcomer(server)
  for (const content of ['hello', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<html>', '%PDF-1.7'])
    assertProblem(await send(visitor, formOf(content)), 415, 'file:unsupported_type')
  const png = await newPng()
  for (const content of [png.subarray(0, png.length / 2), Buffer.from('GIF89a')])
    assertBad(await send(visitor, formOf(content)))
})

test('D8: a body over the limit, and a picture of too many pixels or frames: 413', async () => {
  for (const [path, , bytesMax] of IMAGES) {
    const { visitor } = await newcomer(server)
    const png = await newPng()
    const around = (form([{ content: png }, { name: 'note', content: '' }]).body as Uint8Array).length
    const sized = (size: number) =>
      form([{ content: png }, { name: 'note', content: 'x'.repeat(size - around) }])
    assert.equal((sized(bytesMax).body as Uint8Array).length, bytesMax)
    assert.equal((await send(visitor, sized(bytesMax), path)).status, 201)
    assertProblem(await send(visitor, sized(bytesMax + 1), path), 413, 'FILE_TOO_LARGE')
    assertProblem(await send(visitor, sized(bytesMax * 2), path), 413, 'FILE_TOO_LARGE')
    assertProblem(await send(visitor, formOf(pngClaiming(60_000, 60_000)), path), 413, 'FILE_TOO_LARGE')
    assert.equal((await visitor.get(ME)).status, 200)
  }
})

test('who has the same picture shares a file, which goes with the last of them', async () => {
  const [one, two] = [await newcomer(server), await newcomer(server)]
  const before = await filesKept()
  const bytes = await newPng()
  const url = await set(one.visitor, bytes)
  assert.equal(await set(two.visitor, bytes), url)
  assert.equal(await set(two.visitor, bytes, 'banner-image'), url)
  assert.equal(await filesKept(), before + 1)
  assertEmpty(await remove(one.visitor))
  assertEmpty(await remove(two.visitor))
  assert.equal(await isThere(url), true)
  const other = await set(two.visitor, await newPng(), 'banner-image')
  assert.equal(await isThere(url), false)
  assert.equal(await isThere(other), true)
  assert.equal(await filesKept(), before + 1, 'a picture that is replaced goes')
  assertEmpty(await remove(two.visitor, 'banner-image'))
  assert.equal(await filesKept(), before)
})

test('whatever many do at once with one picture, it is there for who has it, and gone when nobody does', async () => {
  const people = await Promise.all([1, 2, 3, 4].map(() => newcomer(server)))
  const before = await filesKept()
  const bytes = await newPng()
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      people.map(async ({ visitor }, i) => {
        const url = await set(visitor, bytes)
        if ((i + round) % 2) await remove(visitor)
        else assert.equal(await isThere(url), true)
      }),
    )
    for (const { visitor } of people) {
      const { profile_image } = (await visitor.get(ME)).body
      if (profile_image !== undefined) assert.equal(await isThere(profile_image), true)
    }
  }
  await Promise.all(people.map(({ visitor }) => remove(visitor)))
  assert.equal(await filesKept(), before)
})

test('each change is in the public log by its field', async () => {
  const { visitor } = await newcomer(server)
  const { id } = (await visitor.get(ME)).body
  await set(visitor, await newPng())
  await set(visitor, await newPng(), 'banner-image')
  await remove(visitor)
  const { data } = (await visitor.get(`${BASE}/v0/action-logs?limit=10&user_id=${id}&actions=user:edit`)).body
  assert.deepEqual(
    data.map(({ metadata }: any) => metadata.fields),
    [['profile_image'], ['banner_image'], ['profile_image']],
  )
})

test('an account that is erased takes its picture with it, and what was left half done is swept up', async () => {
  const { visitor, email } = await newcomer(server)
  const before = await filesKept()
  const url = await set(visitor, await newPng())
  const behind = openBehind(server)
  try {
    const clock = { now: () => server.clock.now() + 31 * 86_400_000 }
    const files = openFiles({ kind: 'disk', folder: join(server.env.DATA_DIR ?? '', 'files') })
    const sessions = createSessionCache({ bus: behind.bus, clock })
    const sweep = () => createHousekeeping({ db: behind.db, clock, sessions, files }, () => undefined).sweep()
    // As a process leaves it that died between the file and its use.
    const half = { file_key: `pictures/00/${'0'.repeat(32)}`, room: 'accounts', content_hash: '0'.repeat(64) }
    const { id: realm_id } = await behind.db
      .selectFrom('realm')
      .select('id')
      .where('name', '=', 'community')
      .executeTakeFirstOrThrow()
    const more = { realm_id, bytes: 1, created_at: 0, doubted_at: 1, removed_at: null }
    await behind.db
      .insertInto('picture')
      .values({ ...half, ...more })
      .execute()
    await files.write(half.file_key, Buffer.from('x'), 'image/webp')
    const { account_id: id } = await behind.db
      .selectFrom('email_claim')
      .select('account_id')
      .where('address', '=', email)
      .executeTakeFirstOrThrow()
    await behind.db.updateTable('account').set({ disabled_at: 1, erase_at: 1 }).where('id', '=', id).execute()
    await sweep()
    assert.equal(await isThere(url), false)
    assert.equal(await filesKept(), before)
    const rows = await behind.db
      .selectFrom('picture')
      .select('file_key')
      .where('removed_at', 'is not', null)
      .execute()
    assert.deepEqual(rows, [])
  } finally {
    await behind.close()
  }
})

test('while the store is away: 500, nothing is changed, and afterwards all goes on', async () => {
  const { visitor } = await newcomer(server)
  const url = await set(visitor, await newPng())
  const folder = join(server.env.DATA_DIR ?? '', 'files', 'unfinished')
  // A file in place of the folder: also who may write everywhere cannot write below it.
  await rename(folder, `${folder}-away`)
  await writeFile(folder, '')
  await chmod(folder, 0o400)
  try {
    assertProblem(await send(visitor, formOf(await newPng())), 500, 'system:internal_error')
    assert.equal((await visitor.get(ME)).body.profile_image, url)
    assert.equal(await isThere(url), true)
  } finally {
    await rm(folder)
    await rename(`${folder}-away`, folder)
  }
  assert.notEqual(await set(visitor, await newPng()), url)
})

test('D8: of many uploads of one person at once some are refused in the words of the document', async () => {
  const { visitor } = await newcomer(server)
  const bytes = await newPng()
  const answers = await Promise.all(Array.from({ length: 30 }, () => send(visitor, formOf(bytes))))
  const refused = answers.filter(({ status }) => status !== 201)
  assert.ok(refused.length < 30)
  for (const answer of refused) {
    assertProblem(answer, 503, 'file:processing_unavailable')
    assert.equal(answer.headers.get('retry-after'), '5')
  }
})
