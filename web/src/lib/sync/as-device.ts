import type { Problem } from '@rung/protocol/problem.ts';
import type { Pager } from '../local/pager.ts';

/** What a question needs of the world. */
export type Asking = { fetch(path: string, init: RequestInit): Promise<Response> };

/** `later`: nobody of ours answered, or asked for patience. `refused`: its problem's code, else its kind. */
export type Reply =
  | { readonly kind: 'yes'; readonly content: unknown }
  | { readonly kind: 'later' }
  | { readonly kind: 'refused'; readonly code: string };

/** A small answer that takes longer is given up, ms. */
const patienceMs = 10_000;

/** One question with the device's own secret, which works when no session does. Never throws for what the world does. */
export async function askAsDevice(
  { device, secret }: Pick<Pager, 'device' | 'secret'>,
  { fetch }: Asking,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: `/api/${string}`,
  body?: unknown,
  withinMs = patienceMs,
): Promise<Reply> {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        Authorization: `Device ${device}.${secret}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A session beside it could be another person's.
      credentials: 'omit',
      signal: AbortSignal.timeout(withinMs),
    });
    const text = await response.text();
    const content = text === '' ? undefined : (JSON.parse(text) as unknown);
    if (response.ok) return { kind: 'yes', content };
    const { kind, code } = (content ?? {}) as Partial<Problem>;
    const isOurs = typeof kind === 'string' && response.status < 500 && response.status !== 429;
    return isOurs ? { kind: 'refused', code: code ?? kind } : { kind: 'later' };
  } catch {
    return { kind: 'later' };
  }
}
