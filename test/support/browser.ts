/** A real Chromium for tests, on machines where no browser and none of its libraries are installed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

/**
 * Starts a headless Chromium that reaches this machine alone.
 *
 * Unlike the flags that come with the package, ours leave the web's own rules in force: same origin, CSP and
 * mixed content are among what we test. Elsewhere than on Linux x64, and if LATCHKEY_TEST_BROWSER names one,
 * an installed browser is used instead: that program, or Google Chrome.
 */
export async function launchBrowser(): Promise<Browser> {
  const args = [
    // Root may not use the sandbox, nor may most containers; the pages are our own.
    '--no-sandbox',
    '--disable-gpu',
    // Containers often have a shared memory of 64 MB.
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-pings',
    '--font-render-hinting=none',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
  ]
  const named = process.env.LATCHKEY_TEST_BROWSER
  if (named) return chromium.launch({ executablePath: named, args })
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return chromium.launch({ channel: 'chrome', args })
  const folder = await unpack()
  return chromium.launch({ executablePath: join(folder, 'chromium'), args, env: environmentOf(folder) })
}

/**
 * Unpacks the package's archives once for all tests, into a folder of its own that appears when it is whole:
 * the package itself uses /tmp directly, and takes a half-written file of another process for a whole one.
 */
async function unpack(): Promise<string> {
  const entry = import.meta.resolve('@sparticuz/chromium')
  const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', entry)), 'utf8'))
  const folder = join(tmpdir(), `latchkey-chromium-${version}-${process.getuid?.()}`)
  if (existsSync(folder)) return folder

  const unfinished = mkdtempSync(`${folder}.`)
  const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']
  const paths = archives.map((name) => fileURLToPath(new URL(`../bin/${name}`, entry)))
  const script = `
    import { inflate } from ${JSON.stringify(entry)}
    await Promise.all(${JSON.stringify(paths)}.map((path) => inflate(path)))`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: unfinished },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error('Chromium could not be unpacked; see above. Is there room in the temporary folder?')
  writeFileSync(
    join(unfinished, 'fonts', 'fonts.conf'),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`,
  )
  try {
    renameSync(unfinished, folder)
  } catch {
    // Another process was first with the same.
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}

/** The libraries that Chromium needs and a bare system lacks (NSS, NSPR, expat) come with the package. */
function environmentOf(folder: string): Record<string, string> {
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean)
  return {
    PATH: process.env.PATH ?? '',
    HOME: homedir(),
    TMPDIR: tmpdir(),
    LD_LIBRARY_PATH: libraries.join(':'),
    FONTCONFIG_PATH: join(folder, 'fonts'),
  }
}
