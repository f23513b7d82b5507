// runs once
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'

let server: TestServer
let document: any
let page: string
before(async () => {
  server = await startLatchkey()
  document = (await server.visitor().get('/api/openapi.json')).body
  page = await readFile(new URL('../../../contracts/latchkey/README.md', import.meta.url), 'utf8')
})
after(() => server.close())

test('our own API serves what its page documents, and documents what it serves', () => {
  const documented = sections().map(({ route }) => route)
  const served = operations().map(({ route }) => route)
  assert.ok(served.length > 20)
  assert.deepEqual(documented.toSorted(), served.toSorted())
})

test('the page names every problem that each route can answer, and no other', () => {
  const everywhere = problemsIn(page.match(/Every route may answer ([^.]*)\./)?.[1] ?? '')
  assert.ok(everywhere.length > 8)
  const documented = sections().map(({ route, text }) => {
    const own = problemsIn(text.match(/Problems: (.*)/s)?.[1] ?? '')
    return [route, own.filter((problem) => !everywhere.includes(problem)).toSorted()]
  })
  const answered = operations().map(({ route, operation }) => {
    const problems = problemsOf(operation)
    for (const one of everywhere) assert.ok(problems.includes(one), `${route} does not document ${one}`)
    const own = problems.filter((problem) => !everywhere.includes(problem) && problem !== '401 signed_out')
    return [route, own.toSorted()]
  })
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(answered))
})

test('a route asks for a session exactly if its section says so, and then documents 401 signed_out', () => {
  for (const { route, operation } of operations()) {
    const { text = '' } = sections().find((section) => section.route === route) ?? {}
    const isForSignedIn = /^(Signed in\.|For role `admin`\.)/.test(text)
    assert.equal(operation.security !== undefined, isForSignedIn, route)
    assert.equal(problemsOf(operation).includes('401 signed_out'), isForSignedIn, route)
  }
})

test('the page names every status that a route answers when all is well', () => {
  for (const { route, operation } of operations()) {
    const { text = '' } = sections().find((section) => section.route === route) ?? {}
    const good = Object.keys(operation.responses).filter((status) => Number(status) < 400)
    assert.deepEqual([...new Set(text.match(/\b2\d\d(?= `)/g))], good, route)
  }
})

test('the document is OpenAPI 3.1 with both ways to bring a credential, and nothing in it points nowhere', () => {
  assert.match(document.openapi, /^3\.1\./)
  assert.deepEqual(document.servers, [{ url: `${server.url}/api` }])
  assert.deepEqual(document.components.securitySchemes, {
    cookie: { type: 'apiKey', in: 'cookie', name: 'latchkey' },
    bearer: { type: 'http', scheme: 'bearer' },
  })
  const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/responses\/([^"]+)"/g)]
  assert.ok(pointers.length > 100)
  for (const [, name = ''] of pointers) assert.ok(document.components.responses[name], name)
})

/** A heading for each route, `## GET /start`, and the text under it. */
function sections(): { route: string; text: string }[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n')
      return { route: heading.replaceAll(/:(\w+)/g, '{$1}'), text: lines.join('\n').trim() }
    })
}

function operations(): { route: string; operation: any }[] {
  return Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
}

/** `403 a, b (words); 422 c` as `403 a`, `403 b`, `422 c`. */
function problemsIn(text: string): string[] {
  return text
    .replaceAll(/\([^)]*\)/g, '')
    .split(';')
    .flatMap((part) => {
      const [status] = part.match(/\d{3}/) ?? []
      return [...part.matchAll(/`([a-z_]+)`/g)].map(([, code]) => `${status} ${code}`)
    })
}

function problemsOf({ responses }: { responses: Record<string, any> }): string[] {
  return Object.entries(responses).flatMap(([status, response]) => {
    if (Number(status) < 400) return []
    const { content } = response.$ref
      ? document.components.responses[response.$ref.split('/').at(-1)]
      : response
    const { schema } = content['application/problem+json']
    return schema.properties.code.enum.map((code: string) => `${status} ${code}`)
  })
}
