/**
 * `node tools/screenshots.ts`: draws the pages for the README and the docs anew, into docs/screenshots/.
 *
 * On a server of its own with people of its own, so that two runs of one version draw the same.
 */
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { addCrowd } from '../test/browser/support/crowd.ts'
import { ADA, openStage, type Stage, type Visit } from '../test/browser/support/stage.ts'

const folder = join(import.meta.dirname, '..', 'docs', 'screenshots')
const BYTES_MAX = 2_000_000

const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }
const DEVICES = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
]

interface Shot {
  name: string
  path: string
  signedIn?: boolean
  phone: boolean
  prepare?: (page: Page) => Promise<void>
}

const SET_UP: Shot = {
  name: 'setup',
  path: '/setup',
  phone: false,
  async prepare(page) {
    await page.locator('[name=name]').fill(ADA.name)
    await page.locator('[name=email]').fill(ADA.email)
    await page.locator('[name=password]').fill(ADA.password)
    await page.locator('[aria-live]:not(:empty)').waitFor()
  },
}

const SHOTS: Shot[] = [
  { name: 'start', path: '/', signedIn: true, phone: true },
  { name: 'sign-in', path: '/sign-in', phone: true },
  { name: 'sign-up', path: '/sign-up', phone: true },
  {
    name: 'account',
    path: '/account',
    signedIn: true,
    phone: true,
    prepare: (page) => page.locator('main li').first().waitFor(),
  },
  {
    name: 'invitations',
    path: '/account/invitations',
    signedIn: true,
    phone: true,
    prepare: (page) => page.locator('main svg[role=img]').waitFor(),
  },
  {
    name: 'admin-accounts',
    path: '/admin/accounts',
    signedIn: true,
    phone: true,
    prepare: (page) => page.getByText(ADA.email).first().waitFor(),
  },
]

const NAMES = [
  ...[
    'Grace Hopper',
    'Hedy Lamarr',
    'Radia Perlman',
    'Barbara Liskov',
    'Frances Allen',
    'Karen Spärck Jones',
  ],
  ...[
    'Annie Easley',
    'Mary Jackson',
    'Joan Clarke',
    'Åsa Öberg',
    'Lena Söderberg',
    'Shafi Goldwasser',
    'Sophie Wilson',
  ],
  ...[
    'Margaret Hamilton',
    'Katherine Johnson',
    'Jean Bartik',
    'Kay McNulty',
    'Adele Goldberg',
    'Lynn Conway',
    'Ελένη',
  ],
]
const CROWD = NAMES.map((name, index) => ({
  name,
  email: `${
    name
      .split(' ')[0]
      ?.normalize('NFKD')
      .replaceAll(/\P{ASCII}/gu, '')
      .toLowerCase() || 'eleni'
  }@example.org`,
  role: index % 7 === 3 ? 'staff' : 'user',
  isProved: index % 5 !== 4,
  isDisabled: index === 9,
}))

await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
let bytes = 0
const empty = await openStage({ setUp: false })
await draw(empty, SET_UP)
await empty.close()

const stage = await openStage()
for (const agent of DEVICES) await signInAs(agent)
await addCrowd(stage.server, 'main', CROWD)
for (const shot of SHOTS) await draw(stage, shot)
await stage.close()
if (bytes > BYTES_MAX) throw new Error(`The pictures have ${bytes} bytes; every clone carries them.`)

async function signInAs(agent: string): Promise<void> {
  const who = { identifier: ADA.email, password: ADA.password }
  await stage.server.visitor().post('/api/sign-in/password', who, { headers: { 'user-agent': agent } })
}

async function draw(where: Stage, { name, path, signedIn, phone, prepare }: Shot): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await drawAs({ viewport: DESK }, `${name}-${colorScheme}`)
    if (phone) await drawAs({ viewport: PHONE, hasTouch: true }, `${name}-phone-${colorScheme}`)

    async function drawAs(visit: Visit, file: string): Promise<void> {
      const page = await where.visit({ ...visit, colorScheme, signedIn })
      await page.goto(path)
      await page.locator('h1').waitFor()
      await prepare?.(page)
      await page.evaluate(() => document.fonts.ready)
      await page.evaluate(showUsualPort)
      await page.screenshot({ path: join(folder, `${file}.png`), caret: 'hide' })
      await page.context().close()
      bytes += (await stat(join(folder, `${file}.png`))).size
      console.log(`docs/screenshots/${file}.png`)
    }
  }
}

/** The server of the pictures has whichever port was free; a reader's has the one it comes with. */
function showUsualPort(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { currentNode: node } = texts
    node.textContent = (node.textContent ?? '').replace(location.host, `${location.hostname}:3000`)
  }
}
