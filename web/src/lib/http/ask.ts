/**
 * One request to our own server, as a value: never throws for what the world does. The door through which lib/state and
 * lib/sync speak HTTP; routes do not know it.
 */

import { problem as problemSchema, type Problem } from '@rung/protocol/problem.ts';
import * as v from 'valibot';

/** Nothing came back, or something that is not from our server (a hotel's sign-in page, a proxy's error). */
export type Unreachable = {
  readonly kind: 'unreachable';
  readonly field?: undefined;
  readonly code?: undefined;
};
export type Trouble = (Pick<Problem, 'kind' | 'field' | 'code'> | Unreachable) & {
  /** From Retry-After, ms; null = the server named no time. */
  readonly retryAfterMs: number | null;
};

export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly trouble: Trouble };

/** Long enough for a bad radio cell, short enough that a screen does not seem dead. */
const patienceMs = 15_000;

type Listener = (reached: boolean) => void;
const listeners = new Set<Listener>();

/** Hears after every request whether the server answered it. Answers how to stop. */
export function onReached(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function heard(reached: boolean): void {
  for (const listener of listeners) listener(reached);
}

/**
 * `as`: whose page asks. The server answers that person or nobody: another tab may have signed somebody else in, and
 * nothing of one may be read or sent as the other.
 */
export async function ask<Schema extends v.GenericSchema>(
  method: 'GET' | 'POST' | 'DELETE',
  path: `/api/${string}`,
  schema: Schema,
  { body, as }: { readonly body?: unknown; readonly as?: string } = {},
): Promise<Answer<v.InferOutput<Schema>>> {
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
        ...(as === undefined ? {} : { 'Rung-Person': as }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    content = response.status === 204 ? undefined : await response.json();
  } catch {
    return unreachable();
  }
  if (response.ok) {
    const parsed = v.safeParse(schema, content);
    if (!parsed.success) return unreachable();
    heard(true);
    return { ok: true, value: parsed.output };
  }
  const parsed = v.safeParse(problemSchema, content);
  if (!parsed.success) return unreachable();
  heard(true);
  return {
    ok: false,
    trouble: { ...parsed.output, retryAfterMs: retryAfterMs(response.headers) },
  };
}

function unreachable(): Answer<never> {
  heard(false);
  return { ok: false, trouble: { kind: 'unreachable', retryAfterMs: null } };
}

/** Our server writes Retry-After in seconds; anything else counts as not said. */
function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
