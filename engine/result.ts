/** What a use-case answers: a value, or one of its listed failures. Exceptions are for bugs and a broken world. */
export type Result<Value, Failure extends { code: string }> =
  | { ok: true; value: Value }
  | { ok: false; failure: Failure }

export function succeed<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value }
}

export function decline<const Failure extends { code: string }>(
  failure: Failure,
): { ok: false; failure: Failure } {
  return { ok: false, failure }
}
