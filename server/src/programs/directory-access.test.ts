import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { documentOf } from '@rung/domain/directory/document-of.ts';
import { emptyDirectory, withChanges } from '@rung/domain/directory/directory.ts';
import { planDirectory } from '@rung/domain/directory/plan.ts';
import { starterDirectory } from '@rung/domain/directory/starter.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { parseConfig, type Config } from '../config.ts';
import { openHouse } from '../house.ts';
import { takeLock, writeServerNote } from '../lock.ts';
import type { Log } from '../log.ts';
import { openDoor, openDoorOf, throughServer, type Door } from './directory-access.ts';

const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let data: string;
let config: Config;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'rung-door-'));
  const parsed = parseConfig({ RUNG_DATA: data, RUNG_DEMO: '0' });
  if (!parsed.ok) throw new Error(parsed.faults.join());
  config = { ...parsed.config, port: 0, secret: 'x'.repeat(43) };
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const { draft } = starterDirectory({
  organisation: 'Nordkalt',
  name: 'Mara',
  email: 'mara@nordkalt.example',
  zone: 'Europe/Berlin',
  language: 'en',
});
const empty = emptyDirectory();
const document = documentOf(withChanges(empty, 1, planDirectory(empty, draft, { prune: false })));

async function withDoor<Answer>(ask: (door: Door) => Promise<Answer>): Promise<Answer> {
  const door = await openDoor(config, log);
  try {
    return await ask(door);
  } finally {
    await door.close();
  }
}

const apply = (request: { prune?: boolean; dryRun?: boolean } = {}) =>
  withDoor((door) => door.apply({ document, prune: false, dryRun: false, ...request }));

test('without a server the database is opened, and let go of afterwards', async () => {
  expect(await apply({ dryRun: true })).toMatchObject({ ok: true, value: { links: [] } });
  expect(await withDoor((door) => door.export())).toEqual({});

  const applied = await apply();
  expect(applied).toMatchObject({ ok: true, value: { links: [{ person: 'mara', name: 'Mara' }] } });
  expect(await apply({ prune: true })).toMatchObject({ ok: true, value: { changes: [] } });
  expect(await withDoor((door) => door.export())).toEqual(document);

  const lock = takeLock(config);
  expect(lock).not.toBeNull();
  lock?.release();
});

test('where no Rung has been, only applying leaves anything on the disk', async () => {
  const nowhere = join(data, 'nowhere');
  const place = { data: nowhere, databaseUrl: pathToFileURL(join(nowhere, 'rung.db')) };
  const unopened = { ...config, ...place, secret: null };
  await expect(openDoorOf(unopened, log, 'refuse')).rejects.toThrow('There is no Rung in');
  const pretended = await openDoorOf(unopened, log, 'pretend');
  const request = { document, prune: false, dryRun: true };
  expect(await pretended.apply(request)).toMatchObject({ ok: true });
  await pretended.close();
  expect(existsSync(nowhere)).toBe(false);
  await (await openDoorOf(unopened, log, 'make')).close();
  expect(existsSync(join(nowhere, 'rung.db'))).toBe(true);
});

test('real people do not move in with the made-up ones of a demo, served or not', async () => {
  const lock = takeLock(config);
  const house = await openHouse({ config: { ...config, demo: true }, clock: systemClock, log });
  writeServerNote(data, { pid: process.pid, url: house.url.href, token: house.serverToken });
  await expect(apply()).rejects.toThrow('This is the demo');
  await house.close();
  lock?.release();
  await expect(apply()).rejects.toThrow('This is the demo');
});

test('a server that holds the folder is asked', async () => {
  const lock = takeLock(config);
  const house = await openHouse({ config, clock: systemClock, log });
  writeServerNote(data, { pid: process.pid, url: house.url.href, token: house.serverToken });
  try {
    const applied = await apply();
    expect(applied).toMatchObject({ ok: true, value: { links: [{ person: 'mara' }] } });
    expect(await withDoor((door) => door.export())).toEqual(document);
    expect(await withDoor((door) => door.link('mara'))).toMatchObject({ person: 'mara' });
    expect(await withDoor((door) => door.link('nobody'))).toBeNull();

    const wrong = { teams: { cold: { name: 'Cold', lead: 'nobody' } } };
    const refused = withDoor((door) =>
      door.apply({ document: wrong, prune: false, dryRun: false }),
    );
    expect(await refused).toMatchObject({
      ok: false,
      refusal: [{ path: ['teams', 'cold', 'lead'] }],
    });
  } finally {
    await house.close();
    lock?.release();
  }
});

test('while somebody holds the folder without serving, the command says to try again', async () => {
  const lock = takeLock(config);
  await expect(openDoor(config, log)).rejects.toThrow('is not ready yet');
  lock?.release();
});

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
  const reply = { changes: ['- team cold (Cold)'], links: [], warnings: [], dryRun: false };
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
