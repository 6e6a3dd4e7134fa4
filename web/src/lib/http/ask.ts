/**
 * One request to our own server, as a value: never throws for what the world does. The door through which lib/state and
 * lib/sync speak HTTP; routes do not know it.
 */

import type { Problem } from '@rung/protocol/problem.ts';
import { readProblem } from './read.ts';

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

/** Whoever asks in another way says here whether the server answered. */
export function tellReached(reached: boolean): void {
  for (const listener of listeners) listener(reached);
}

/**
 * `read`: what was promised, or null where it is not that. `as`: whose page asks. The server answers that person or nobody: another tab may have signed somebody else in, and
 * nothing of one may be read or sent as the other.
 */
export async function ask<Value>(
  method: 'GET' | 'POST' | 'DELETE',
  path: `/api/${string}`,
  read: (content: unknown) => Value | null,
  {
    body,
    as,
    device,
  }: { readonly body?: unknown; readonly as?: string; readonly device?: string } = {},
): Promise<Answer<Value>> {
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
        ...(as === undefined ? {} : { 'Rung-Person': as }),
        ...(device === undefined ? {} : { 'Rung-Device': device }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    content = response.status === 204 ? undefined : await response.json();
  } catch {
    return unreachable();
  }
  if (response.ok) {
    const value = read(content);
    if (value === null) return unreachable();
    tellReached(true);
    return { ok: true, value };
  }
  const problem = readProblem(content);
  if (problem === null) return unreachable();
  tellReached(true);
  return {
    ok: false,
    trouble: { ...problem, retryAfterMs: retryAfterMs(response.headers) },
  };
}

function unreachable(): Answer<never> {
  tellReached(false);
  return { ok: false, trouble: { kind: 'unreachable', retryAfterMs: null } };
}

/** Our server writes Retry-After in seconds; anything else counts as not said. */
function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
