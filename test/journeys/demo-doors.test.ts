import type { DemoPeople } from '@rung/protocol/demo.ts';
import type { SessionMessage } from '@rung/protocol/session.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialects, freshPlace } from '../harness/dialects.ts';
import { freePort } from '../harness/free-port.ts';
import { cookieOf, testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';
import { startProcess, variablesOf } from '../harness/server-process.ts';

describe.each(dialects)('the demo on %s', (dialect) => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await testHouse(dialect, { isEmpty: true, demo: true });
  });
  afterAll(() => house.close());

  const session = async (visit: Visitor) =>
    (await (await visit('/api/session')).json()) as SessionMessage;
  const be = (person: string, visit = house.stranger) =>
    visit('/api/demo/be', { json: { person } });

  test('a stranger is told that it is one, and whom he can be', async () => {
    expect(await session(house.stranger)).toMatchObject({ isDemo: true, isSetUp: true });
    const { people } = (await (await house.stranger('/api/demo')).json()) as DemoPeople;
    expect(people.map(({ part, client }) => [part, client])).toEqual([
      ['technician', null],
      ['responder', null],
      ['dispatcher', null],
      ['lead', null],
      ['manager', null],
      ['client', 'Aldermoor Pharma Logistics'],
      ['client', 'Tidewell Bakeries'],
    ]);
    expect(people[0]).toMatchObject({ key: 'mara', name: 'Mara Lindqvist' });
  });

  test('he is Mara by one click, and then her lead; as Mara he is signed in no more', async () => {
    const first = await be('mara');
    expect(await first.json()).toMatchObject({ person: { key: 'mara' }, isDemo: true });
    const mara = visitor(house.url, { cookie: cookieOf(first) });
    expect(await session(mara)).toMatchObject({ person: { key: 'mara' } });
    const second = await be('lena', mara);
    expect(await second.json()).toMatchObject({ person: { key: 'lena' } });
    const lena = visitor(house.url, { cookie: cookieOf(second) });
    expect(await session(lena)).toMatchObject({ person: { key: 'lena' } });
    expect(await session(mara)).toMatchObject({ person: null });
  });

  test('two visitors may be the same person', async () => {
    const both = await Promise.all([be('tomasz'), be('tomasz')]);
    for (const answer of both) {
      const visit = visitor(house.url, { cookie: cookieOf(answer) });
      expect(await session(visit)).toMatchObject({ person: { key: 'tomasz' } });
    }
  });

  test.each(['oskar', 'gero', 'nobody', '__proto__'])('nobody can be %s', async (person) => {
    const answer = await be(person);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([
      person === '__proto__' ? 400 : 404,
      [],
    ]);
  });

  test('another site cannot make him somebody', async () => {
    const headers = { origin: 'https://evil.example' };
    const json = { person: 'mara' };
    expect((await house.stranger('/api/demo/be', { json, headers })).status).toBe(403);
  });

  test('sessions are not made without end', async () => {
    const tries = [];
    for (let n = 0; n < 11; n += 1) tries.push((await be('finn')).status);
    expect(tries.slice(0, 10)).toEqual(Array<number>(10).fill(200));
    expect(tries[10]).toBe(429);
  });

  test('its company and its mark are there after a restart, and nothing is made twice', async () => {
    const place = await freshPlace(dialect);
    const first = await testHouse(dialect, { place, isEmpty: true, demo: true });
    const { clock } = first;
    const document = await (await first.operator('/api/directory')).json();
    await first.close();
    const second = await testHouse(dialect, { place, isEmpty: true, demo: true, clock });
    expect(await (await second.operator('/api/directory')).json()).toEqual(document);
    await second.close();
    const real = testHouse(dialect, { place, isEmpty: true, demo: false, clock });
    await expect(real).rejects.toThrow(/made-up people.*RUNG_DATA/);
    await place.remove();
  });

  test('it does not move in where others live', async () => {
    const place = await freshPlace(dialect);
    const real = await testHouse(dialect, { place });
    await real.close();
    const demo = testHouse(dialect, { place, isEmpty: true, demo: true, clock: real.clock });
    await expect(demo).rejects.toThrow(/RUNG_DEMO=1.*in use/);
    await place.remove();
  });
});

describe('elsewhere', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await testHouse('sqlite');
  });
  afterAll(() => house.close());

  test.each([
    ['GET', '/api/demo'],
    ['POST', '/api/demo/be'],
    ['GET', '/api/demo/phones'],
  ])('%s %s is not there', async (method, path) => {
    const json = method === 'POST' ? { json: { person: 'mara' } } : {};
    const answer = await house.stranger(path, { method, ...json });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([404, []]);
    const nothing = await house.stranger('/api/demo-of-nothing');
    expect(await answer.json()).toMatchObject({ kind: ((await nothing.json()) as Kind).kind });
  });

  test('also who is signed in can page nobody', async () => {
    const mara = await house.as('mara');
    expect((await mara('/api/demo/page-me', { method: 'POST' })).status).toBe(404);
  });
});

type Kind = { readonly kind: string };

describe('the program', () => {
  test('on a fresh folder it is the demo, and says where; told that others may come in, it stops', async () => {
    const place = await freshPlace('sqlite');
    const { RUNG_DEMO: _off, ...variables } = variablesOf(place, await freePort());
    const demo = startProcess(variables);
    try {
      const { msg } = await demo.logged(/^This is the demo/);
      expect(msg).toContain(`http://localhost:${variables['PORT']}`);
      expect(demo.lines.some((line) => 'setupToken' in line)).toBe(false);
      await demo.stop();
      const open = startProcess({ ...variables, PUBLIC_URL: 'https://rung.example.org' });
      expect(await open.ended).toMatchObject({
        code: 1,
        said: expect.stringContaining('made-up people') as string,
      });
    } finally {
      await demo.kill();
      await place.remove();
    }
    // Two starts.
  }, 90_000);

  test('open to others it plays only when told to, and warns', async () => {
    const place = await freshPlace('sqlite');
    const { RUNG_DEMO: _off, ...variables } = variablesOf(place, await freePort());
    const open = { ...variables, PUBLIC_URL: 'https://rung.example.org' };
    const real = startProcess(open);
    await real.logged(/Set it up: /);
    await real.stop();
    const demo = startProcess({ ...open, RUNG_DEMO: '1' });
    try {
      await demo.logged(/open to others/);
      await demo.logged(/^This is the demo/);
    } finally {
      await demo.kill();
      await place.remove();
    }
    // Two starts.
  }, 90_000);
});
