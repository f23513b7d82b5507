import { type TObject, type TSchema, Type } from 'typebox'

/** For each failure a use-case can answer: what its document says. Forgetting one does not compile. */
export type ProblemTable<Failure extends { code: string }, Words> = Record<Failure['code'], Words>

/** The answers of a route's failures, for its documentation: one for each status, with all its sentences. */
export function problemResponses(
  table: Record<string, { status: number; message: string }>,
  shape: TObject,
): Record<number, TSchema> {
  const byStatus = new Map<number, string[]>()
  for (const { status, message } of Object.values(table)) {
    const messages = byStatus.get(status) ?? []
    if (!messages.includes(message)) byStatus.set(status, [...messages, message])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, messages]) => [
      status,
      Type.Object(shape.properties, { description: messages.join(' / '), additionalProperties: true }),
    ]),
  )
}
