import type { CommandMessage } from '@rung/protocol/command.ts';
import { withdrawn } from '@rung/protocol/exchange.ts';
import { exchangeLimit, mostCommands } from '@rung/protocol/version.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import pg from 'pg';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { testHouse, type Visitor } from '../harness/house.ts';
import { signedIn } from '../harness/logins.ts';
import { deviceThat, overHttp, type PlainDevice, plainDevice } from '../harness/plain-device.ts';
import { ask } from '../harness/stored-rows.ts';
import { storedTicket } from '../harness/stored-ticket.ts';
import { type Story, tellStory } from '../harness/story.ts';

const seen = { generation: 1, severity: 'S3' } as const;
const report = (title: string) => reportMessage(title, { site: 'oven-hall' }).command;
const note = (ticket: string, text = 'Looking') =>
  requestOf('progress', { ticket, seen, note: text }).command;

/** How a stored ticket can be such that a command on it throws: as it is computed, or as it is written. */
const spoilt = {
  'whose fold cannot be read': () => '{',
  'that the database refuses to take again': (state: string) =>
    JSON.stringify({ ...(JSON.parse(state) as object), reportedBy: null }),
} as const;

describe.each(dialects)('an exchange in trouble, on %s', (dialect) => {
  let place: Place;
  let story: Story;
  let mara: PlainDevice;
  let visit: Visitor;
  beforeEach(async () => {
    place = await freshPlace(dialect);
    story = await tellStory(dialect, { place });
    // Whatever house is open.
    visit = async (path, init) => (await story.as('mara'))(path, init);
    mara = await plainDevice(visit);
  });
  afterEach(async () => {
    await story.end();
    await place.remove();
  });

  const titles = async () => {
    const rows = await story.house.parts.db.read
      .selectFrom('ticket')
      .select('state')
      .orderBy('number')
      .execute();
    return rows.map(({ state }) => (JSON.parse(state) as { title: string }).title);
  };
  const spoil = async (ticket: string, how: keyof typeof spoilt = 'whose fold cannot be read') => {
    const stored = storedTicket(place.databaseUrl, ticket);
    await stored.setState(spoilt[how](await stored.state()));
  };
  const notesOf = async (ticket: string) => {
    const rows = await story.house.parts.db.read
      .selectFrom('event')
      .select('args')
      .where('ticket', '=', ticket)
      .where('name', '=', 'progressed')
      .orderBy('seq')
      .execute();
    return rows.map(({ args }) => (JSON.parse(args) as { note: string }).note);
  };
  const quarantine = () =>
    story.house.parts.db.read.selectFrom('quarantine').selectAll().orderBy('n').execute();
  /** Its whole log, without gaps. */
  const assertWhole = (ticket: string) => {
    const { seq } = mara.tickets.get(ticket)?.d ?? { seq: 0 };
    const seqs = [...mara.events.values()].flatMap((one) => (one.ticket === ticket ? one.seq : []));
    expect(seq).toBeGreaterThan(4);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
  };
  /** The request itself, as the device would make it. */
  const requested = (commands: readonly (CommandMessage & { readonly id: number })[]) => ({
    protocol: 1,
    device: mara.id,
    fold: foldVersion,
    now: 1_000_000_000,
    cookie: mara.cookie,
    pending: commands.length,
    commands,
  });

  describe.each(Object.keys(spoilt) as (keyof typeof spoilt)[])('a ticket %s', (how) => {
    test.for([false, true])(
      'a command on it stops those behind it once; then it is put aside whole, and they go on (the server restarts in between: %s)',
      async (isRestarted) => {
        const pump = await story.report('otto', 'Pump 3 leaks');
        await spoil(pump, how);
        const sent = [report('One'), note(pump, 'It is\u0000 the seal \ud800'), report('Two')];
        const first = await mara.exchange(sent);
        expect(first.results).toMatchObject([{ id: 1, outcome: 'applied' }]);
        expect(mara.last).toBe(1);
        expect(await quarantine()).toEqual([]);
        expect(story.house.logged.join()).toMatch(/a command of a device threw/);
        if (isRestarted) await story.isDownFor(1000);

        const second = await mara.exchange(sent.slice(1));
        expect(second.results).toMatchObject([
          { id: 2, uid: sent[1]?.uid, outcome: 'quarantined', code: 'defect' },
          { id: 3, uid: sent[2]?.uid, outcome: 'applied' },
        ]);
        expect(mara.last).toBe(3);
        const [row, ...more] = await quarantine();
        expect([row, more]).toMatchObject([
          { uid: sent[1]?.uid, device: mara.id, n: 2, person: 'mara' },
          [],
        ]);
        const body = Buffer.from(row?.body ?? []).toString();
        expect(JSON.parse(body)).toEqual(sent[1]);

        // Told again, the same; and nothing happens twice.
        const again = await mara.exchange(sent, { ids: [1, 2, 3] });
        expect(again.results.map(({ outcome }) => outcome)).toEqual([
          'applied',
          'quarantined',
          'applied',
        ]);
        expect(await quarantine()).toHaveLength(1);
        expect(await ask(place.databaseUrl, 'select n from suspect')).toEqual([]);
      },
    );
  });

  test('several that throw among good ones: each costs one exchange, nothing is lost or out of order', async () => {
    const pump = await story.report('otto', 'Pump 3 leaks');
    const fan = await story.report('otto', 'Fan');
    await spoil(pump);
    const sent = [
      note(fan, 'one'),
      note(pump),
      note(fan, 'two'),
      note(pump),
      note(pump),
      note(fan, 'three'),
      note(pump),
    ];
    const outcomes: string[] = [];
    let exchanges = 0;
    while (mara.last < sent.length) {
      const { results, status } = await mara.exchange(sent.slice(mara.last));
      expect(status).toBe(200);
      outcomes.push(...results.map(({ outcome }) => outcome));
      exchanges += 1;
      expect(exchanges).toBeLessThanOrEqual(5);
    }
    expect(outcomes).toEqual([
      'applied',
      'quarantined',
      'applied',
      'quarantined',
      'quarantined',
      'applied',
      'quarantined',
    ]);
    expect(await notesOf(fan)).toEqual(['one', 'two', 'three']);
    expect(mara.tickets.has(fan)).toBe(true);
  });

  test('mended before it comes again, the command counts', async () => {
    const pump = await story.report('otto', 'Pump 3 leaks');
    const stored = storedTicket(place.databaseUrl, pump);
    const whole = await stored.state();
    await spoil(pump);
    const sent = [note(pump)];
    expect((await mara.exchange(sent)).results).toEqual([]);
    await stored.setState(whole);
    expect((await mara.exchange(sent)).results).toMatchObject([{ id: 1, outcome: 'applied' }]);
    expect(await notesOf(pump)).toEqual(['Looking']);
  });

  test.for([true, false])(
    'a ticket that could not be read comes whole once it can (it changes meanwhile: %s; the device had it before: both)',
    async (isChanged) => {
      for (const isKnown of [false, true]) {
        const pump = await story.report('otto', 'Pump 3 leaks');
        if (isKnown) await mara.exchange();
        const stored = storedTicket(place.databaseUrl, pump);
        await story.act('otto', pump, 'progress', { note: 'Before' });
        const state = await stored.state();
        await spoil(pump);
        for (let n = 0; n < 2; n += 1) {
          expect((await mara.exchange()).lines.at(-1)).toMatchObject({ t: 'end' });
        }
        expect(mara.tickets.has(pump)).toBe(isKnown);
        await stored.setState(state);
        if (isChanged) await story.act('otto', pump, 'progress', { note: 'Looking' });
        await mara.exchange();
        assertWhole(pump);
        expect((await mara.exchange()).lines.map(({ t }) => t)).toEqual(['head', 'end']);
      }
      const told = story.house.logged.filter((line) => line.includes('cannot be read; devices'));
      expect(told).toHaveLength(2);
    },
  );

  test('one that could not be read and is in no scope of his any more is not waited for', async () => {
    const pump = await story.report('otto', 'Pump 3 leaks');
    const stored = storedTicket(place.databaseUrl, pump);
    const state = await stored.state();
    await spoil(pump);
    await mara.exchange();
    await stored.setState(state);
    await ask(place.databaseUrl, `delete from ticket_person where person = 'mara'`);
    await ask(place.databaseUrl, `update ticket set team = 'desk' where id = '${pump}'`);
    expect((await mara.exchange()).lines.map(({ t }) => t)).toEqual(['head', 'end']);
    expect((await mara.exchange()).lines.map(({ t }) => t)).toEqual(['head', 'end']);
  });

  test('what older rules folded is folded from its log; for newer ones it waits', async () => {
    const pump = await story.report('otto', 'Pump 3 leaks');
    const stored = storedTicket(place.databaseUrl, pump);
    const state = await stored.state();
    await stored.setFold(foldVersion + 1);
    await mara.exchange();
    expect(mara.tickets.has(pump)).toBe(false);
    await stored.setFold(foldVersion - 1);
    await stored.setState('{}');
    await mara.exchange();
    assertWhole(pump);
    expect(mara.tickets.get(pump)?.d.state).toEqual(JSON.parse(state));
  });

  test('where very many are of newer rules, a device waits for a server that has them', async () => {
    for (let n = 0; n < 101; n += 1) await story.send('otto', { now: 0, command: report(`${n}`) });
    await ask(place.databaseUrl, `update ticket set fold_version = ${foldVersion + 1}`);
    const answer = await visit('/api/sync', { json: requested([]) });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    await ask(place.databaseUrl, `update ticket set fold_version = ${foldVersion}`);
    await mara.exchange();
    expect(mara.tickets.size).toBe(101);
  });

  test('while nothing can be written it is 503, no id moves, and the same goes through later', async () => {
    await mara.exchange([report('One')]);
    const { writer } = story.house.parts.db;
    const { transact } = writer;
    const down = Object.assign(new Error('planted'), {
      code: dialect === 'postgres' ? '57P03' : 'SQLITE_BUSY',
    });
    Object.assign(writer, { transact: () => Promise.reject(down) });
    const sent = [report('Two'), report('Three')];
    const answer = await visit('/api/sync', {
      json: requested(sent.map((one, n) => ({ id: 2 + n, ...one }))),
    });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    Object.assign(writer, { transact });
    const { results } = await mara.exchange(sent);
    expect(results).toMatchObject([
      { id: 2, outcome: 'applied' },
      { id: 3, outcome: 'applied' },
    ]);
    expect(await titles()).toEqual(['One', 'Two', 'Three']);
  });

  test('two exchanges at once with the same commands: each counts once, and both are told the same', async () => {
    const sent = ['One', 'Two', 'Three'].map(report);
    const twin = deviceThat({ device: mara.id, secret: '' }, overHttp(visit));
    const both = await Promise.all(
      [mara, twin, mara, twin].map((one) => one.exchange(sent, { ids: [1, 2, 3] })),
    );
    for (const { results } of both) expect(results).toEqual(both[0]?.results);
    expect(both[0]?.results.map(({ outcome }) => outcome)).toEqual([
      'applied',
      'applied',
      'applied',
    ]);
    expect(await titles()).toEqual(['One', 'Two', 'Three']);
  });

  test('two devices that go by one name: the second of an id is told so, and nothing of the other', async () => {
    const twin = deviceThat({ device: mara.id, secret: '' }, overHttp(visit));
    const [one, two] = await Promise.all([
      mara.exchange([report('One')]),
      twin.exchange([report('Another')]),
    ]);
    expect([one.status, two.status].toSorted()).toEqual([200, 409]);
    expect(await titles()).toHaveLength(1);
    const refused = one.status === 409 ? one : two;
    expect(refused.problem).toMatchObject({ kind: 'forked' });
    expect(refused.results).toEqual([]);
  });

  test('a command that came alone before settles its id with what became of it then', async () => {
    const pump = await story.report('otto', 'Pump 3 leaks');
    const refused = requestOf('close', { ticket: pump });
    const applied = requestOf('progress', { ticket: pump, seen, note: 'Looking' });
    for (const one of [refused, applied]) await send(await story.as('mara'), one);
    const { results } = await mara.exchange([refused.command, applied.command]);
    expect(results).toMatchObject([
      { id: 1, outcome: 'rejected', code: 'not-permitted' },
      { id: 2, outcome: 'applied' },
    ]);
    expect(await notesOf(pump)).toEqual(['Looking']);
    // The other way round as well.
    expect(await send(await story.as('mara'), refused)).toMatchObject({ code: 'not-permitted' });
  });

  test('a uid that is somebody else’s shows nothing of his, and does nothing', async () => {
    const own = report('Mine');
    await send(await story.as('otto'), { now: 1_000_000_000, command: own });
    const { results } = await mara.exchange([own]);
    expect(results).toMatchObject([{ id: 1, outcome: 'rejected', code: 'not-permitted' }]);
  });

  test('an answer that was lost is given again, byte by byte', async () => {
    const pump = await story.report('otto', 'Pump 3 leaks');
    const sent = [
      report('One'),
      { ...report('x'), args: {} },
      requestOf('close', { ticket: pump }).command,
    ];
    const json = requested(sent.map((one, n) => ({ id: n + 1, ...one }) as never));
    const answers: string[] = [];
    for (let n = 0; n < 3; n += 1) answers.push(await (await visit('/api/sync', { json })).text());
    const results = answers.map((text) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{"t":"result"'))
        .join('\n'),
    );
    expect(results[0]?.split('\n')).toHaveLength(3);
    expect(new Set(results).size).toBe(1);
    expect(await titles()).toEqual(['Pump 3 leaks', 'One']);
  });

  test('more commands than an exchange has, or larger than it may be: refused, and no id moves', async () => {
    const many = Array.from({ length: mostCommands + 1 }, (_, n) => report(`no ${n}`));
    expect((await mara.exchange(many)).status).toBe(400);
    const long = 'x'.repeat(20_000);
    const large = Array.from({ length: 14 }, () => note(ulid(), long));
    expect(JSON.stringify(large).length).toBeGreaterThan(exchangeLimit);
    expect((await mara.exchange(large)).status).toBe(413);
    expect((await mara.exchange(many.slice(1))).results).toHaveLength(mostCommands);
    expect(await titles()).toHaveLength(mostCommands);
  });

  test('one that is too large, of no kind, or taken back stops none of the others', async () => {
    const sent = [
      report('One'),
      { ...report('Large'), args: { ...report('Large').args, description: 'x'.repeat(70 * 1024) } },
      { uid: ulid(), name: withdrawn },
      { uid: ulid() },
      { uid: ulid(), name: 'nonsense\u0000', args: '\ud800' },
      { ...report('Text'), at: -1 },
      report('Two'),
    ] as CommandMessage[];
    const { results } = await mara.exchange(sent);
    expect(results.map(({ outcome, code }) => `${outcome} ${code}`)).toEqual([
      'applied null',
      'rejected invalid',
      'noop withdrawn',
      'rejected invalid',
      'rejected invalid',
      'rejected invalid',
      'applied null',
    ]);
    expect(await titles()).toEqual(['One', 'Two']);
  });

  test('a long answer comes in portions, compressed; who hangs up in the middle harms nobody, and begins again', async () => {
    for (const from of [0, 100, 200]) {
      const hundred = Array.from({ length: mostCommands }, (_, n) => report(`no ${from + n}`));
      await mara.exchange(hundred, { lines: 0, ids: hundred.map((_, n) => from + n + 1) });
    }
    for (let n = 0; n < 3; n += 1) {
      const { body, headers } = await visit('/api/sync', { json: requested([]) });
      expect(headers.get('content-encoding')).toBe('gzip');
      const reader = body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
    const { lines } = await mara.exchange();
    expect(lines.filter(({ t }) => t === 'mark').length).toBeGreaterThan(0);
    expect([mara.tickets.size, mara.last]).toEqual([300, 300]);
    expect(story.house.logged.filter((line) => line.includes("level: 'error'"))).toEqual([]);
  });

  test('text that no database takes is made such that it does', async () => {
    const sent = report('Pump\u0000 3 \ud800leaks');
    const { results } = await mara.exchange([sent]);
    expect(results).toMatchObject([{ outcome: 'applied' }]);
    expect(mara.tickets.get(sent.args.ticket)?.d.state['title']).toBe('Pump 3 \ufffdleaks');
    // Of no kind at all, before anything is settled.
    const spoiled = await mara.exchange([{ ...sent, uid: `${sent.uid}\u0000` }]);
    expect(spoiled.status).toBe(400);
    expect((await mara.exchange([report('x\u0000')])).results).toMatchObject([{ id: 2 }]);
  });

  if (dialect === 'postgres') {
    test('a ticket that somebody else has locked holds up its command and those behind it, in order', async () => {
      const pump = await story.report('otto', 'Pump 3 leaks');
      const client = new pg.Client({ connectionString: place.databaseUrl.href });
      await client.connect();
      await client.query('begin');
      await client.query('select 1 from ticket where id = $1 for update', [pump]);
      const sent = [report('One'), note(pump, 'first'), report('Two'), note(pump, 'second')];
      const exchanged = mara.exchange(sent);
      while ((await titles()).length < 2);
      expect(await titles()).toEqual(['Pump 3 leaks', 'One']);
      await client.query('commit');
      await client.end();
      const { results } = await exchanged;
      expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
        [1, 'applied'],
        [2, 'applied'],
        [3, 'applied'],
        [4, 'applied'],
      ]);
      expect(await notesOf(pump)).toEqual(['first', 'second']);
    });

    test('a device that reaches two servers of one database at once: each command counts once', async () => {
      const { clock } = story.house;
      const other = await testHouse(dialect, { isEmpty: true, clock, place });
      try {
        const there = deviceThat(
          { device: mara.id, secret: '' },
          overHttp(await signedIn(other, dialect, 'mara')),
        );
        const sent = Array.from({ length: 30 }, (_, n) => report(`no ${n}`));
        const ids = sent.map((_, n) => n + 1);
        const both = await Promise.all(
          [mara, there, mara, there].map((one) => one.exchange(sent, { ids })),
        );
        for (const { status, results } of both) {
          expect([200, 503]).toContain(status);
          expect(results).toEqual(
            sent.slice(0, results.length).map(({ uid }, n) => ({
              t: 'result',
              id: n + 1,
              uid,
              outcome: 'applied',
              code: null,
            })),
          );
        }
        const { results } = await there.exchange(sent, { ids });
        expect(results).toHaveLength(30);
        expect(await titles()).toEqual(sent.map(({ args }) => args.title));
        await mara.exchange();
        expect(there.tickets).toEqual(mara.tickets);
      } finally {
        await other.close();
      }
    });

    test('poison that two servers get, one after the other, is put aside by the second', async () => {
      const { clock } = story.house;
      const other = await testHouse(dialect, { isEmpty: true, clock, place });
      try {
        const there = deviceThat(
          { device: mara.id, secret: '' },
          overHttp(await signedIn(other, dialect, 'mara')),
        );
        const pump = await story.report('otto', 'Pump 3 leaks');
        await spoil(pump);
        const sent = [note(pump), report('One')];
        expect((await mara.exchange(sent)).results).toEqual([]);
        const { results } = await there.exchange(sent);
        expect(results.map(({ outcome }) => outcome)).toEqual(['quarantined', 'applied']);
        expect(await ask(place.databaseUrl, 'select n from quarantine')).toHaveLength(1);
      } finally {
        await other.close();
      }
    });
  }
});
