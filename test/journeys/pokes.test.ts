import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { cookieOf, testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';

const patience = { timeout: 10_000, interval: 5 } as const;

/** An open stream, as a page hears it. */
type Heard = {
  readonly head: Headers;
  /** How often it was poked. */
  readonly pokes: number;
  /** Resolves when the server has ended it as one does, with how often it was poked. @throws when it was cut off. */
  readonly ended: Promise<number>;
};

async function listen(visit: Visitor, query = ''): Promise<Heard> {
  const answer = await visit(`/api/live${query}`);
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status}`);
  let text = '';
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of body) text += Buffer.from(chunk).toString();
  };
  const pokes = () => text.split('event: poke\ndata: {}\n\n').length - 1;
  const heard: Heard = {
    head: answer.headers,
    get pokes() {
      return pokes();
    },
    ended: read(answer.body).then(pokes),
  };
  heard.ended.catch(() => undefined);
  await vi.waitFor(() => expect(text).toMatch(/^retry: 5000\n\n/), patience);
  return heard;
}

const poked = (heard: Heard, times: number) =>
  vi.waitFor(() => expect(heard.pokes).toBe(times), patience);

const edit = (house: TestHouse, document: object) =>
  house.operator('/api/directory', { json: { document, prune: false, dryRun: false } });

const signOut = (visit: Visitor) => visit('/api/session', { method: 'DELETE' });

describe.each(dialects)('a stream on %s', (dialect) => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await testHouse(dialect);
  });
  afterAll(() => house.close());

  const as = async (person: PersonKey) => {
    const visit = await house.as(person);
    return { visit, heard: await listen(visit) };
  };

  test('is one that no proxy keeps back and nobody stores', async () => {
    const { heard } = await as('mara');
    expect(Object.fromEntries(heard.head)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-store'),
      'x-accel-buffering': 'no',
    });
    expect(heard.head.has('content-encoding')).toBe(false);
  });

  test('is poked when something of its person’s changed, and not for what is of others', async () => {
    const [mara, otto, dora] = [await as('mara'), await as('otto'), await as('dora')];
    // With the cold team: Mara's. Dora, a dispatcher, looks over all.
    await send(mara.visit, reportMessage('the oven', { site: 'oven-hall' }));
    await Promise.all([poked(mara.heard, 1), poked(dora.heard, 1)]);
    // With the desk: Otto's.
    await send(dora.visit, reportMessage('the ward', { site: 'ward' }));
    await Promise.all([poked(otto.heard, 1), poked(dora.heard, 2)]);
    for (const { visit } of [mara, otto]) await signOut(visit);
    expect([await mara.heard.ended, await otto.heard.ended]).toEqual([1, 1]);
  });

  test('of a client is poked for his company’s tickets, or for his own only where he has no others', async () => {
    const [berta, bernd, klara] = [await as('berta'), await as('bernd'), await as('klara')];
    const mara = await house.as('mara');
    await send(mara, reportMessage('at the bakery', { site: 'oven-hall' }));
    await poked(berta.heard, 1);
    await send(bernd.visit, reportMessage('bernd’s own', { site: 'oven-hall' }));
    await Promise.all([poked(berta.heard, 2), poked(bernd.heard, 1)]);
    await send(klara.visit, reportMessage('at the clinic', { site: 'ward' }));
    await poked(klara.heard, 1);
    const all = [berta, bernd, klara];
    for (const { visit } of all) await signOut(visit);
    expect(await Promise.all(all.map(({ heard }) => heard.ended))).toEqual([2, 1, 1]);
  });

  test('of a client is poked when one of us takes his ticket, and writes to him', async () => {
    const { visit, heard } = await as('berta');
    const message = reportMessage('the mixer', { site: 'oven-hall' });
    await send(visit, message);
    await poked(heard, 1);
    const mara = await house.as('mara');
    const { ticket, severity } = message.command.args;
    const seen = { generation: 1, severity };
    await send(mara, requestOf('acknowledge', { ticket, seen }));
    await poked(heard, 2);
    await send(mara, requestOf('comment', { ticket, note: 'somebody comes' }));
    await poked(heard, 3);
    await signOut(visit);
    expect(await heard.ended).toBe(3);
  });

  test('hears of a team that its person leads, from then on, and no more when he does not', async () => {
    const { visit, heard } = await as('otto');
    const mara = await house.as('mara');
    const report = () => send(mara, reportMessage('the oven', { site: 'oven-hall' }));
    const { cold } = company.teams;
    // A lead is not paged: nothing of it is his but as the team's.
    await edit(house, { teams: { cold: { ...cold, lead: 'otto' } } });
    await poked(heard, 1);
    await report();
    await poked(heard, 2);
    await edit(house, { teams: { cold } });
    await poked(heard, 3);
    await report();
    await signOut(visit);
    expect(await heard.ended).toBe(3);
  });

  test('ends when its session does; the same person’s others do not', async () => {
    const [here, elsewhere] = [await as('lena'), await as('lena')];
    await signOut(here.visit);
    await here.heard.ended;
    await send(elsewhere.visit, reportMessage('the oven', { site: 'oven-hall' }));
    await poked(elsewhere.heard, 1);
  });

  test('ends when somebody else signs in in its browser', async () => {
    const { visit, heard } = await as('max');
    const { email } = company.people.mara;
    expect((await visit('/api/session', { json: { email, password } })).status).toBe(200);
    await heard.ended;
  });

  test('ends with a new password', async () => {
    const { heard } = await as('lena');
    await house.parts.auth.setPassword('lena', 'quite another long password');
    await heard.ended;
  });

  test('ends when its person is disabled, also where his session was left alive', async () => {
    const [klara, dora] = [await as('klara'), await as('dora')];
    await edit(house, { people: { klara: { ...company.people.klara, disabled: true } } });
    await klara.heard.ended;
    await house.parts.writer.editDirectory('operator', ({ directory }) => {
      const before = directory.person.get('dora')!;
      const after = { ...before, disabled: true };
      return { changes: [{ kind: 'person', key: 'dora', before, after }], answer: null };
    });
    await dora.heard.ended;
  });

  test('is not for a page of somebody else, nor for who only asks for its head', async () => {
    const mara = await house.as('mara');
    expect((await mara('/api/live?person=otto')).status).toBe(401);
    await listen(mara, '?person=mara');
    const head = await mara('/api/live', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('is the oldest of more than twenty that one person has: it makes room', async () => {
    const ada = await house.as('ada');
    const streams: Heard[] = [];
    for (let n = 0; n < 21; n += 1) streams.push(await listen(ada));
    await streams[0]!.ended;
    await send(ada, reportMessage('the oven', { site: 'oven-hall' }));
    await Promise.all(streams.slice(1).map((heard) => poked(heard, 1)));
  });

  test('ends properly when the server stops', async () => {
    const ending = await testHouse(dialect);
    const heard = await listen(await ending.as('mara'));
    const idle = await listen(await ending.as('berta'));
    await ending.close();
    // Whoever is cut off after the server's patience hears an error here.
    expect([await heard.ended, await idle.ended]).toEqual([0, 0]);
  });
});

async function cookieFor(house: TestHouse, person: PersonKey): Promise<string> {
  const json = { email: company.people[person].email, password };
  return cookieOf(await house.stranger('/api/session', { json }));
}

describe('two servers on one Postgres', () => {
  let one: TestHouse;
  let other: TestHouse;
  beforeAll(async () => {
    one = await testHouse('postgres');
    const { databaseUrl, files } = one.config;
    other = await testHouse('postgres', { isEmpty: true, databaseUrl, files, clock: one.clock });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });

  /** The same session at both. */
  const atBoth = async (person: PersonKey) => {
    await one.as(person);
    const cookie = await cookieFor(one, person);
    return { here: visitor(one.url, { cookie }), there: visitor(other.url, { cookie }) };
  };

  test('what changed at one pokes at the other, and each once', async () => {
    const { here, there } = await atBoth('mara');
    const [near, far] = [await listen(here), await listen(there)];
    await send(here, reportMessage('the oven', { site: 'oven-hall' }));
    await Promise.all([poked(near, 1), poked(far, 1)]);
    await send(there, reportMessage('the oven', { site: 'oven-hall' }));
    await Promise.all([poked(near, 2), poked(far, 2)]);
    await signOut(here);
    expect([await near.ended, await far.ended]).toEqual([2, 2]);
  });

  test('a deadline and a message of one are known at the other at once', async () => {
    const { here } = await atBoth('mara');
    const hints: (number | null)[] = [];
    other.parts.news.on(({ dueAt }) => hints.push(dueAt));
    await send(here, reportMessage('the oven', { site: 'oven-hall' }));
    // The step that follows in a quarter of an hour, or the look that is due now.
    await vi.waitFor(() => expect(hints.some((dueAt) => dueAt !== null)).toBe(true), patience);
  });

  test('who was disabled at one hears no more at the other', async () => {
    const { there } = await atBoth('klara');
    const heard = await listen(there);
    await edit(one, { people: { klara: { ...company.people.klara, disabled: true } } });
    await heard.ended;
  });

  test('a server that lost its ear says that anything may have changed, and hears again', async () => {
    const { here, there } = await atBoth('otto');
    const heard = await listen(there);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'rung listen' and datname = current_database()`.execute(
      other.parts.db.auth,
    );
    await poked(heard, 1);
    await send(here, reportMessage('the ward', { site: 'ward' }));
    await poked(heard, 2);
    expect(other.logged.join('\n')).toContain('this server hears the others again');
  });
});
