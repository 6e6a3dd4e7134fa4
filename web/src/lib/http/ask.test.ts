import * as v from 'valibot';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask, onReached } from './ask.ts';
import { by } from './by.ts';

const schema = by(v.object({ n: v.number() }));

function serverAnswers(status: number, body: string, headers: Record<string, string> = {}): void {
  vi.stubGlobal('fetch', async () => new Response(body, { status, headers }));
}

const problem = (kind: string, status: number): string =>
  JSON.stringify({ type: 'about:blank', title: 'x', status, kind });

afterEach(() => vi.unstubAllGlobals());

describe('asking the server', () => {
  test('answers what it sent, once it has the promised shape', async () => {
    serverAnswers(200, '{"n":1}');
    expect(await ask('GET', '/api/tickets', schema)).toEqual({ ok: true, value: { n: 1 } });
  });

  test.each([
    ['a page of a hotel', 200, '<html>sign in</html>'],
    ['JSON of another shape', 200, '{"n":"1"}'],
    ['an error page of a proxy', 502, '<html>Bad gateway</html>'],
    ['an error in a shape that is not ours', 500, '{"error":"oops"}'],
  ])('takes %s for no answer', async (_, status, body) => {
    serverAnswers(status, body);
    expect(await ask('GET', '/api/tickets', schema)).toMatchObject({
      ok: false,
      trouble: { kind: 'unreachable' },
    });
  });

  test('hands on a problem and the time to wait', async () => {
    serverAnswers(429, problem('too-many', 429), { 'Retry-After': '30' });
    expect(await ask('POST', '/api/session', schema)).toMatchObject({
      ok: false,
      trouble: { kind: 'too-many', retryAfterMs: 30_000 },
    });
  });

  test('a Retry-After that is no number of seconds says nothing', async () => {
    serverAnswers(503, problem('busy', 503), { 'Retry-After': 'soon' });
    expect(await ask('GET', '/api/tickets', schema)).toMatchObject({
      trouble: { retryAfterMs: null },
    });
  });

  test('says whose page asks, and nothing where nobody has one yet', async () => {
    const asked: (string | null)[] = [];
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      asked.push(new Request(new URL(path, 'http://rung.test'), init).headers.get('Rung-Person'));
      return new Response('{"n":1}');
    });
    await ask('GET', '/api/tickets', schema, { as: 'mara' });
    await ask('POST', '/api/commands', schema, { body: {}, as: 'mara' });
    await ask('GET', '/api/session', schema);
    expect(asked).toEqual(['mara', 'mara', null]);
  });

  test('says to those who listen whether the server was there', async () => {
    const heard: boolean[] = [];
    const stop = onReached((reached) => heard.push(reached));
    serverAnswers(200, '{"n":1}');
    await ask('GET', '/api/tickets', schema);
    serverAnswers(404, problem('not-found', 404));
    await ask('GET', '/api/tickets', schema);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    await ask('GET', '/api/tickets', schema);
    stop();
    await ask('GET', '/api/tickets', schema);
    expect(heard).toEqual([true, true, false]);
  });
});
