// runs once
/** Every file of the corpus gives the people that must come out of it, whole and in pieces of any size. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { outcomeOf } from '../../../test/corpus/outcome.ts'

const folder = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus', 'files')
const names = globSync('*.{vcf,csv}', { cwd: folder }).sort()

test('there are sixty files at least, and people were told what must come out of each', () => {
  assert.ok(names.length >= 60, `${names.length} files`)
  const expected = globSync('*.expected.json', { cwd: folder }).sort()
  assert.deepEqual(
    expected,
    names.map((name) => `${name}.expected.json`),
  )
})

for (const name of names) {
  test(`${name}: everybody in it arrives undamaged`, async () => {
    const bytes = readFileSync(join(folder, name))
    const expected: unknown = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), 'utf8'))
    assert.deepEqual(JSON.parse(JSON.stringify(await outcomeOf([bytes]))), expected)
    const pieces = [...bytes].map((byte) => Buffer.from([byte]))
    const isShort = bytes.length < 10_000
    if (isShort) assert.deepEqual(JSON.parse(JSON.stringify(await outcomeOf(pieces))), expected)
  })
}
