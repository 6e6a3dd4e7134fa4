import { expect, test } from 'vitest';
import { throughServer } from './directory-door.ts';

const note = { pid: 7, url: 'http://127.0.0.1:3000/', token: 'secret-token' };

/** A server that answers everything the same, and what it was asked. */
function serverThatAnswers(answer: () => Response) {
  const asked: { url: string; method: string; authorization: string | null; body: unknown }[] = [];
  const door = throughServer(note, async (input, init) => {
    const request = new Request(input as URL, init);
    asked.push({
      url: request.url,
      method: request.method,
      authorization: request.headers.get('authorization'),
      body: request.body === null ? null : await request.json(),
    });
    return answer();
  });
  return { door, asked };
}

function problem(status: number, more: object = {}): Response {
  const body = { type: '/problems/x', title: 'No.', status, kind: 'refused', ...more };
  return Response.json(body, { status });
}

const request = { document: { teams: {} }, prune: true, dryRun: false };

test('a document is posted with the token of the running server', async () => {
  const reply = { changes: ['- team cold (Cold)'], links: [], dryRun: false };
  const { door, asked } = serverThatAnswers(() => Response.json(reply));
  expect(await door.apply(request)).toEqual({ ok: true, value: reply });
  expect(asked).toEqual([
    {
      url: 'http://127.0.0.1:3000/api/directory',
      method: 'POST',
      authorization: 'Bearer secret-token',
      body: request,
    },
  ]);
});

test('a refused document comes back as its issues', async () => {
  const issues = [{ path: ['teams', 'cold', 'members', 1], message: 'is wrong' }];
  const { door } = serverThatAnswers(() => problem(422, { issues }));
  expect(await door.apply(request)).toEqual({ ok: false, refusal: issues });
});

test('a link for nobody is none', async () => {
  const { door, asked } = serverThatAnswers(() => problem(404));
  expect(await door.link('adda')).toBeNull();
  expect(asked[0]).toMatchObject({
    url: 'http://127.0.0.1:3000/api/directory/links',
    body: { person: 'adda' },
  });
});

test('any other answer is a failure that says what the server said', async () => {
  const forbidden = serverThatAnswers(() =>
    problem(403, { kind: 'forbidden', title: 'Not yours.' }),
  );
  await expect(forbidden.door.apply(request)).rejects.toThrow(
    'The server answered 403: Not yours.',
  );
  await expect(forbidden.door.export()).rejects.toThrow('403');
  await expect(forbidden.door.link('ada')).rejects.toThrow('403');

  const other = serverThatAnswers(() => new Response('<html>', { status: 502 }));
  await expect(other.door.export()).rejects.toThrow('The server answered 502: no reason given');
});

test('a server that does not answer is named', async () => {
  const door = throughServer(note, () => Promise.reject(new TypeError('fetch failed')));
  await expect(door.export()).rejects.toThrow(
    '(process 7) does not answer at http://127.0.0.1:3000/',
  );
});
