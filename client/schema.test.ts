import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('the types of the client are those of the document that the server gives of itself', () => {
  const tool = fileURLToPath(new URL('../tools/generate-client.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})
