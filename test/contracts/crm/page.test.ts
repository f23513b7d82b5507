// runs once
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { TestServer } from '../../support/latchkey.ts'
import { failuresInDocument, failuresOnPage, operationsOf, sectionsOf } from '../page.ts'
import { BASE, startCrm } from './support.ts'

let server: TestServer
let document: any
let page: string
before(async () => {
  server = await startCrm()
  document = (await server.visitor().get(`${BASE}/openapi.json`)).body
  page = await readFile(new URL('../../../contracts/crm/README.md', import.meta.url), 'utf8')
})
after(() => server.close())

test('the crm API serves what its page documents, and documents what it serves', async () => {
  const documented = sectionsOf(page).map(({ route }) => route)
  assert.ok(documented.length >= 18)
  const served = operationsOf(document).map(({ route }) => route)
  assert.deepEqual(documented.toSorted(), served.toSorted())
  for (const route of documented) {
    const [method = '', path] = route.split(' ')
    assert.notEqual((await server.visitor().send(method, `${BASE}${path}`)).status, 404, route)
  }
})

test('the page and the OpenAPI document name the same failures for each route', () => {
  assert.deepEqual(failuresOnPage(page), failuresInDocument(document))
})

test('every schema of the document can be compiled', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  for (const { route, operation } of operationsOf(document)) {
    const body = operation.requestBody?.content['application/json'].schema
    const parameters = (operation.parameters ?? []).map(({ schema }: { schema: object }) => schema)
    for (const schema of [body, ...parameters].filter(Boolean)) assert.ok(ajv.compile(schema), route)
  }
})
