/** A server with one account, a browser, and visits to it that notice what a person would not. */
import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser.ts'
import { startLatchkey, type TestServer, type TestServerOptions } from '../../support/latchkey.ts'

/** The operator, who is there from the beginning. */
export const ADA = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'brass gears and cards' }

export interface Visit extends BrowserContextOptions {
  signedIn?: boolean
  /** The theme that was chosen on this device before. */
  theme?: 'light' | 'dark'
}

export interface Stage {
  server: TestServer
  browser: Browser
  /** What pages complained about: exceptions, errors and warnings on the console, violations of the CSP. */
  complaints: string[]
  /** A browser of one's own, with nothing in it; English on a desk unless it is said otherwise. */
  visit(visit?: Visit): Promise<Page>
  /** @throws if any page complained. */
  close(): Promise<void>
}

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
/** Enough for a machine that does much else; what fails fails no later. */
const PATIENCE_MS = 20_000
/** The browser's note about an answer of 400 or more, or none, and the router's about the page that says so. */
const REFUSAL = /^Failed to load resource: |^ProblemError: /

export async function openStage(options: TestServerOptions & { setUp?: boolean } = {}): Promise<Stage> {
  const { setUp = true, ...serverOptions } = options
  const [server, browser] = await Promise.all([startLatchkey(serverOptions), launchBrowser()])
  const complaints: string[] = []
  if (setUp) assert.equal((await server.visitor().post('/api/setup', ADA)).status, 201)
  const signIn = once(() => signInByApi(server, ADA))
  return {
    server,
    browser,
    complaints,
    async visit({ signedIn = false, theme, ...rest } = {}) {
      const context = await browser.newContext({
        baseURL: server.url,
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        reducedMotion: 'reduce',
        ...rest,
      })
      context.setDefaultTimeout(PATIENCE_MS)
      if (theme) await context.addInitScript((it) => localStorage.setItem('latchkey.theme', it), theme)
      if (signedIn) await context.addCookies(await signIn())
      const page = await context.newPage()
      page.on('pageerror', ({ message }) => complaints.push(`${page.url()}: ${message}`))
      page.on('console', (message) => {
        const isComplaint = ['error', 'warning'].includes(message.type()) && !REFUSAL.test(message.text())
        if (isComplaint) complaints.push(`${page.url()}: ${message.text()}`)
      })
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      assert.deepEqual(complaints, [])
    },
  }
}

/** Cookies for a browser, of a session that it might have begun itself. */
export async function signInByApi(
  server: TestServer,
  { email, password }: { email: string; password: string },
): Promise<{ name: string; value: string; url: string }[]> {
  const visitor = server.visitor()
  const signIn = { identifier: email, password }
  const headers = { 'user-agent': CHROME }
  assert.equal((await visitor.post('/api/sign-in/password', signIn, { headers })).status, 200)
  return [...visitor.jar].map(([name, value]) => ({ name, value, url: server.url }))
}

/** Makes an account the whole way: asked for, and confirmed by the mail's link. */
export async function signUpByApi(
  server: TestServer,
  person: { name: string; email: string; password: string },
): Promise<void> {
  const visitor = server.visitor()
  assert.equal((await visitor.post('/api/accounts', person)).status, 202)
  const link = linkIn((await server.smtp.waitForMail(person.email)).text)
  const answer = { realm: 'main', token: new URL(link).hash.slice(1), answer: 'mine' }
  assert.equal((await visitor.post('/api/email-confirmation', answer)).status, 200)
}

export function linkIn(text: string): string {
  const [link] = /https?:\S+#\S+/.exec(text) ?? []
  assert.ok(link, `a link with a token in: ${text}`)
  return link
}

export function codeIn(text: string): string {
  const [code] = /\b\d{6}\b/.exec(text) ?? []
  assert.ok(code, `a code in: ${text}`)
  return code
}

export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
