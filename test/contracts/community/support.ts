/** What the tests of this contract share: people who registered, their mails, and how errors look. */
import assert from 'node:assert/strict'
import type { Answer } from '../../support/visitor.ts'

export const BASE = '/community'

/** The envelope, and in production nothing else. */
export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(answer.body, { status, code })
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
}
