/**
 * Answers the value, or throws with `why` in the message when there is none.
 * For what we promised ourselves (a defect if it fails), never for what a user may get wrong (a refusal).
 */
export function must<Value>(value: Value | null | undefined, why: string): Value {
  if (value === null || value === undefined) throw new Error(`defect: ${why}`);
  return value;
}

/** Throws: the types say that this line cannot be reached, so the value in the message is what went wrong. */
export function unreachable(value: never): never {
  throw new Error(`defect: unreachable with ${JSON.stringify(value)}`);
}
