import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { freePort } from '../harness/free-port.ts';
import { wayTo } from '../harness/silence.ts';
import { startProcess, type ServerProcess, variablesOf } from '../harness/server-process.ts';

const serving = /^Rung is serving$/;

describe.each(dialects)('the program on %s', (dialect) => {
  let place: Place;
  let port: number;
  let server: ServerProcess | null = null;

  const start = async (): Promise<ServerProcess> => {
    server = startProcess(variablesOf(place, port));
    await server.logged(serving);
    return server;
  };
  const ask = (path: string): Promise<Response> => fetch(`http://localhost:${port}${path}`);

  beforeEach(async () => {
    place = await freshPlace(dialect);
    port = await freePort();
  });
  afterEach(async () => {
    await server?.kill();
    server = null;
    await place.remove();
  });

  test('answers whoever watches it', async () => {
    await start();
    for (const path of ['/healthz', '/readyz', '/healthz/engine']) {
      const answer = await ask(path);
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        200,
        { status: 'ok', wrong: [] },
      ]);
    }
  });

  test('stops when asked, though a connection is open, and starts again on the same data', async () => {
    const first = await start();
    await (await ask('/healthz')).text();
    expect(await first.stop()).toMatchObject({ code: 0, signal: null });
    await start();
    expect((await ask('/readyz')).status).toBe(200);
  });

  test('starts again after kill -9: nothing it left behind is in the way', async () => {
    const first = await start();
    expect(await first.kill()).toMatchObject({ signal: 'SIGKILL' });
    await start();
    expect((await ask('/readyz')).status).toBe(200);
  });

  test('the token of the first set-up stands in the log, as a link', async () => {
    const line = await (await start()).logged(/Set it up: /);
    expect(line.msg).toContain(`http://localhost:${port}/setup#${String(line['setupToken'])}`);
  });

  test('says so when somebody else has its port', async () => {
    await start();
    const other = await freshPlace(dialect);
    const second = startProcess(variablesOf(other, port));
    expect(await second.ended).toMatchObject({
      code: 1,
      said: expect.stringContaining(`PORT ${port} is taken`) as string,
    });
    await other.remove();
  });
});

test('a Postgres that says nothing any more cannot keep the program from ending', async () => {
  const place = await freshPlace('postgres');
  const way = await wayTo(place.databaseUrl);
  const port = await freePort();
  const server = startProcess(variablesOf({ ...place, databaseUrl: way.url }, port));
  try {
    await server.logged(serving);
    way.fallSilent();
    expect(await server.stop(25_000)).toMatchObject({ code: 1, signal: null });
    await server.logged(/did not stop in time/);
  } finally {
    await server.kill();
    way.close();
    await place.remove();
  }
  // A start, and then up to 25 s.
}, 60_000);

test('what it writes is readable by its user alone, also in a folder that was there', async () => {
  const place = await freshPlace('sqlite');
  await chmod(place.data, 0o755);
  const server = startProcess(variablesOf(place, await freePort()));
  try {
    await server.logged(serving);
    for (const name of await readdir(place.data)) {
      const { mode } = await stat(join(place.data, name));
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
  } finally {
    await server.kill();
    await place.remove();
  }
});

describe('a start that cannot be', () => {
  test('a database that is newer than the program is left alone, and the log says why', async () => {
    const place = await freshPlace('sqlite');
    const db = new Sqlite(join(place.data, 'rung.db'));
    db.exec(`create table kysely_migration (name text, timestamp text);
      insert into kysely_migration values ('9999-future', 'x')`);
    db.close();
    const server = startProcess(variablesOf(place, await freePort()));
    const line = await server.logged(/^Rung cannot start$/);
    expect(line['error']).toMatchObject({
      message: expect.stringContaining('9999-future') as string,
    });
    expect(await server.ended).toMatchObject({ code: 1 });
    await place.remove();
  });

  test('every wrong variable is told at once, and nothing is written', async () => {
    const place = await freshPlace('sqlite');
    const { code, said } = await startProcess({
      RUNG_DATA: place.data,
      PORT: '70000',
      PUBLIC_URL: 'ftp://rung.example.org/path',
      DATABASE_URL: 'mysql://root@localhost/rung',
      RUNG_DEMO: 'perhaps',
      PUSH_SUBJECT: 'me',
      PUSH_ALLOW: 'no port',
    }).ended;
    expect(code).toBe(1);
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'RUNG_DEMO',
      'PUSH_SUBJECT',
      'PUSH_ALLOW',
    ]) {
      expect(said).toMatch(new RegExp(`^ +- ${name} must`, 'm'));
    }
    expect(await readdir(place.data)).toEqual([]);
    await place.remove();
  });

  test('a second one on the same data folder is refused by name, and does not disturb the first', async () => {
    const place = await freshPlace('sqlite');
    const [port, other] = [await freePort(), await freePort()];
    const first = startProcess(variablesOf(place, port));
    await first.logged(serving);
    const { code, said } = await startProcess(variablesOf(place, other)).ended;
    expect(code).toBe(1);
    expect(said).toContain(`another Rung`);
    expect(said).toContain(place.data);
    expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
    expect(await first.stop()).toMatchObject({ code: 0 });
    await place.remove();
  });
});
