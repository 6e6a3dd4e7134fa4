import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '@rung/protocol/command.ts';
import type { Timeline } from '@rung/protocol/ticket-view.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { freshPlace, type Place } from '../harness/dialects.ts';
import { freePort } from '../harness/free-port.ts';
import { cookieOf, testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';
import { methodOf } from '../harness/recorder.ts';
import { type ServerProcess, startProcess, variablesOf } from '../harness/server-process.ts';
import { type Way, wayTo } from '../harness/silence.ts';

const minute = 60_000;
const recordingServer = fileURLToPath(new URL('../harness/recording-server.ts', import.meta.url));

/** By the real clock: S1 climbs after a second, S2 waits an hour, S3 climbs four steps in as many seconds. */
const ladder = (targets: readonly string[], delay: string) => ({
  name: 'Ladder',
  fallback: 'ada',
  response: targets.map((target) => ({ targets: `person:${target}`, delay })),
});
const swift = {
  ...coldStore,
  policies: {
    urgent: {
      ...ladder(['mara', 'otto'], '1s'),
      response: [
        { targets: 'person:mara', delay: '1s' },
        { targets: 'person:otto', delay: '1h' },
      ],
    },
    prompt: ladder(['mara'], '1h'),
    calm: ladder(['mara', 'otto', 'lena', 'dora'], '1s'),
  },
};

const seen = { generation: 1, severity: 'S1' } as const;

describe('two servers that work on the same tickets at the same moment', () => {
  let place: Place;
  let way: Way;
  let one: TestHouse;
  let other: TestHouse;
  let cookies: ReadonlyMap<PersonKey, string>;
  beforeAll(async () => {
    place = await freshPlace('postgres');
    way = await wayTo(place.databaseUrl);
    const databaseUrl = way.url;
    one = await testHouse('postgres', { place, databaseUrl, directory: coldStore });
    other = await testHouse('postgres', { place, isEmpty: true, clock: one.clock });
    for (const person of Object.keys(coldStore.people)) {
      await one.parts.writer.addContactMethod(methodOf(person));
    }
    cookies = await cookiesAt(one, ['ada', 'berta', 'mara', 'otto']);
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    way.close();
    await place.remove();
  });

  const as = (house: TestHouse, person: PersonKey) =>
    visitor(house.url, { cookie: cookies.get(person) ?? '' });
  const report = async (title: string) => {
    const request = reportMessage(title, { severity: 'S1', site: 'oven-hall' });
    await send(as(other, 'berta'), request);
    return request.command.args.ticket;
  };
  const look = () => Promise.all([one.look(), other.look()]);

  const sentAbout = (ticket: string) =>
    [...one.sent.all, ...other.sent.all].filter((sent) => sent.ticket === ticket);
  const dueTicket = async (title: string) => {
    const ticket = await report(title);
    await look();
    one.clock.forward(5 * minute);
    return ticket;
  };
  const lockOf = (ticket: string) => new RegExp(`for update skip locked[^]*${ticket}`);

  test('a step that is due and an acknowledgement, many times at once: nobody is paged after it', async () => {
    for (let round = 0; round < 30; round += 1) {
      const ticket = await dueTicket(`round ${round}`);
      // The later the round, the longer the step waits.
      const ack = send(as(other, 'mara'), requestOf('acknowledge', { ticket, seen }));
      await turns(round * 6);
      const [outcome] = await Promise.all([ack, look()]);
      expect(outcome).toMatchObject({ outcome: 'applied' });
      await look();

      const { events, run, owner } = await timelineOf(as(one, 'ada'), ticket);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
      expect({ state: run?.state, owner }).toEqual({ state: 'acked', owner: 'mara' });
      const names = events.map(({ name }) => name);
      expect(names.lastIndexOf('rung-fired')).toBeLessThan(names.indexOf('acknowledged'));
      // Whose page was over before it was sent heard nothing; nobody heard twice.
      const paged = new Set(pageIds(ticket, events));
      const sent = sentAbout(ticket).filter(({ says }) => says === 'page');
      expect(sent.filter(({ page }) => !paged.has(page ?? ''))).toEqual([]);
      expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
    }
  });

  test('a step that has the ticket fires, and the acknowledgement follows', async () => {
    const ticket = await dueTicket('the step first');
    const lock = way.keepBack('answer', lockOf(ticket));
    const looked = one.look();
    const kept = await lock;
    const ack = send(as(other, 'mara'), requestOf('acknowledge', { ticket, seen }));
    expect((await timelineOf(as(other, 'ada'), ticket)).run?.state).toBe('active');
    kept.letGo();
    expect(await ack).toMatchObject({ outcome: 'applied' });
    await looked;
    const { events, run } = await timelineOf(as(other, 'ada'), ticket);
    expect([pagedBy(events), run?.state]).toEqual([[['mara'], ['lena', 'otto']], 'acked']);
  });

  test('an acknowledgement that has the ticket stops the step, which waits for nobody', async () => {
    const ticket = await dueTicket('the acknowledgement first');
    const lock = way.keepBack('answer', lockOf(ticket));
    const ack = send(as(one, 'mara'), requestOf('acknowledge', { ticket, seen }));
    const kept = await lock;
    await other.look();
    kept.letGo();
    expect(await ack).toMatchObject({ outcome: 'applied' });
    await look();
    const { events } = await timelineOf(as(other, 'ada'), ticket);
    expect(pagedBy(events)).toEqual([['mara']]);
    expect(sentAbout(ticket).map(({ person, says }) => [person, says])).toEqual([['mara', 'page']]);
  });

  test('what was taken to be sent and stayed with one for longer than its lease is sent by the other alone', async () => {
    const ticket = await report('one falls asleep');
    const standing = way.keepBack('answer', new RegExp(`inner join "event"[^]*${ticket}`));
    const looked = one.look();
    const kept = await standing;
    one.clock.forward(15_000);
    await other.look();
    await send(as(other, 'mara'), requestOf('acknowledge', { ticket, seen }));
    kept.letGo();
    await looked;
    expect(sentAbout(ticket).map(({ person, says }) => [person, says])).toEqual([['mara', 'page']]);
    expect(one.sent.all.filter((sent) => sent.ticket === ticket)).toEqual([]);
  });

  test('one that fell asleep as it began does not write that it is earlier than it is', async () => {
    const ticket = await report('late riser');
    const begin = way.keepBack('answer', /^Q[^]{4}begin/);
    const ack = send(as(one, 'mara'), requestOf('acknowledge', { ticket, seen }));
    const kept = await begin;
    one.clock.forward(minute);
    await send(as(other, 'otto'), requestOf('acknowledge', { ticket, seen }));
    kept.letGo();
    await ack;
    const { events } = await timelineOf(as(other, 'ada'), ticket);
    const moments = events.map(({ recordedAt }) => recordedAt);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  });

  test('the same device at both at once: a report and an acknowledgement count once and are answered the same', async () => {
    const both = async (person: PersonKey, request: Parameters<typeof send>[1]) =>
      Promise.all([send(as(one, person), request), send(as(other, person), request)]);
    for (let round = 0; round < 20; round += 1) {
      const message = reportMessage(`twice ${round}`, { severity: 'S1', site: 'oven-hall' });
      const { ticket } = message.command.args;
      const [here, there] = await both('berta', message);
      expect(here).toMatchObject({ outcome: 'applied', ticket: { id: ticket } });
      expect(there).toEqual(here);
      const [acked, alsoAcked] = await both('otto', requestOf('acknowledge', { ticket, seen }));
      expect(acked).toMatchObject({ outcome: 'applied' });
      expect(alsoAcked).toEqual(acked);
      const { events } = await timelineOf(as(one, 'ada'), ticket);
      const names = events.map(({ name }) => name);
      expect(names.filter((name) => name === 'reported' || name === 'acknowledged')).toHaveLength(
        2,
      );
    }
  });

  test('an edit of the directory between computing a step and writing it: the step asks whom it names now', async () => {
    const ticket = await dueTicket('whose lead?');
    const kept = way.keepBack('question', new RegExp(`update "sync_head"[^]*${ticket}`));
    const looked = one.look();
    const flight = await kept;
    const teams = { cold: { ...coldStore.teams.cold, lead: 'dora' } };
    const json = { document: { teams }, prune: false, dryRun: false };
    expect((await other.operator('/api/directory', { json })).status).toBe(200);
    flight.letGo();
    await looked;
    const { events } = await timelineOf(as(other, 'ada'), ticket);
    expect(pagedBy(events)).toEqual([['mara'], ['dora', 'otto']]);
  });

  test('text that Postgres refuses is cleaned in every field of every command, stored and read back', async () => {
    const odd = (name: string) => `${name}: a\u0000b\ud800c\udc00d`;
    const clean = (name: string) => `${name}: ab\ufffdc\ufffdd`;
    // A field of text that is not tried below makes this fail.
    expect(textFields()).toEqual([
      'report.title',
      'report.description',
      'progress.note',
      'comment.note',
      'change-severity.reason',
      'transfer.note',
      'resolve.resolution',
      'reopen.reason',
    ]);
    const message = reportMessage(odd('title'), {
      severity: 'S2',
      site: 'oven-hall',
      description: odd('description'),
    });
    const { ticket } = message.command.args;
    const now = { generation: 1, severity: 'S2' } as const;
    await send(as(one, 'berta'), message);
    const ada = as(one, 'ada');
    const requests = [
      requestOf('acknowledge', { ticket, seen: now }),
      requestOf('progress', { ticket, seen: now, note: odd('note') }),
      requestOf('comment', { ticket, note: odd('wrote') }),
      requestOf('change-severity', { ticket, seen: now, severity: 'S3', reason: odd('lower') }),
      requestOf('resolve', { ticket, seen: { ...now, severity: 'S3' }, resolution: odd('done') }),
      requestOf('reopen', { ticket, reason: odd('again') }),
      requestOf('transfer', {
        ticket,
        seen: { generation: 2, severity: 'S3' },
        team: 'desk',
        note: odd('elsewhere'),
      }),
    ];
    for (const request of requests) {
      expect(await send(ada, request)).toMatchObject({ outcome: 'applied' });
    }

    const answer = await as(other, 'ada')(`/api/tickets/${ticket}`);
    expect(await answer.json()).toMatchObject({
      title: clean('title'),
      description: clean('description'),
    });
    const { events } = await timelineOf(as(other, 'ada'), ticket);
    const said = JSON.stringify(events);
    for (const name of ['note', 'wrote', 'lower', 'done', 'again', 'elsewhere']) {
      expect(said).toContain(clean(name));
    }
    expect(said).toBe(said.toWellFormed());
    expect(said).not.toContain('u0000');
    const empty = reportMessage('\u0000');
    expect((await as(one, 'berta')('/api/commands', { json: empty })).status).toBe(400);
  });
});

describe('two processes on one Postgres', () => {
  const secret = 'for tests only, never for real ones';
  let place: Place;
  let way: Way;
  let setup: TestHouse;
  let cookies: ReadonlyMap<PersonKey, string>;
  let running: ServerProcess[];

  beforeEach(async () => {
    running = [];
    place = await freshPlace('postgres');
    way = await wayTo(place.databaseUrl);
    const clock = { now: () => Date.now(), forward: () => undefined };
    // It has no loops: nothing happens by it alone.
    setup = await testHouse('postgres', { place, secret, clock, directory: swift });
    for (const person of Object.keys(swift.people)) {
      await setup.parts.writer.addContactMethod(methodOf(person));
    }
    cookies = await cookiesAt(setup, ['ada', 'berta', 'mara', 'otto']);
  });
  afterEach(async () => {
    for (const server of running) await server.kill();
    way.close();
    await setup.close();
    await place.remove();
  });

  /** Another process on the database, by the way that can be watched or straight. */
  const spawn = async (databaseUrl = place.databaseUrl) => {
    const port = await freePort();
    const data = join(place.data, String(running.length));
    // Each has a folder of data of its own; that of files they share.
    const variables = variablesOf({ ...place, databaseUrl }, port);
    const env = { ...variables, RUNG_DATA: data, RUNG_SECRET: secret };
    const server = startProcess(env, recordingServer);
    running.push(server);
    const url = new URL(`http://localhost:${port}`);
    const as = (person: PersonKey) => visitor(url, { cookie: cookies.get(person) ?? '' });
    return { ...server, as };
  };
  const start = async (databaseUrl?: URL) => {
    const server = await spawn(databaseUrl);
    await server.logged(/^Rung is serving$/);
    return server;
  };
  const report = async (visit: Visitor, title: string, severity: 'S1' | 'S2' | 'S3' = 'S2') => {
    const request = reportMessage(title, { severity, site: 'oven-hall' });
    const outcome = await send(visit, request);
    expect(outcome).toMatchObject({ outcome: 'applied' });
    return { id: request.command.args.ticket, number: outcome.ticket?.number ?? 0 };
  };
  const ackOf = (ticket: string) =>
    requestOf('acknowledge', { ticket, seen: { generation: 1, severity: 'S2' } });

  test('one that is frozen with a ticket locked delays that ticket alone, and doubles nothing when it goes on', async () => {
    const [frozen, other] = await Promise.all([start(way.url), start()]);
    const [locked, free] = [
      await report(other.as('berta'), 'x'),
      await report(other.as('berta'), 'y'),
    ];
    const kept = way.keepBack('answer', new RegExp(`for update skip locked[^]*${locked.id}`));
    const [his, hers] = [ackOf(locked.id), ackOf(locked.id)];
    const asked = frozen.as('mara')('/api/commands', { json: hers });
    const answer = await kept;
    frozen.freeze();

    let waits = true;
    const elsewhere = other
      .as('otto')('/api/commands', { json: his })
      .finally(() => (waits = false));
    await send(other.as('otto'), ackOf(free.id));
    const urgent = reportMessage('z', { severity: 'S1', site: 'oven-hall' });
    await send(other.as('berta'), urgent);
    // Only who wants the locked one waits for it, until Postgres has lost its patience with the frozen one.
    expect(waits).toBe(true);
    // Its first step fires with the report, the second 1 s later.
    await other.logged(sentTo('otto', urgent.command.args.ticket));
    expect([200, 503]).toContain((await elsewhere).status);

    answer.letGo();
    frozen.thaw();
    expect([200, 503]).toContain((await asked).status);
    // Both devices send again until they are answered.
    await send(other.as('otto'), his);
    await send(frozen.as('mara'), hers);
    const { events } = await timelineOf(other.as('ada'), locked.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
    const acks = events.filter(({ name }) => name === 'acknowledged').map(({ by }) => by);
    expect(acks.toSorted()).toEqual(['mara', 'otto']);
    const next = await report(frozen.as('berta'), 'and it works again', 'S1');
    await Promise.any([frozen, other].map((one) => one.logged(sentTo('mara', next.id))));
    // Two starts, and twice as long as Postgres waits for who is frozen.
  }, 60_000);

  test('one that is frozen before its commit leaves holds up nobody, and commits when it goes on', async () => {
    const [frozen, other] = await Promise.all([start(way.url), start()]);
    const kept = way.keepBack('question', /update "sync_head"[^]*before the frost/);
    const asked = report(frozen.as('berta'), 'before the frost', 'S1');
    const flight = await kept;
    frozen.freeze();

    const numbers: number[] = [];
    for (const title of ['1', '2', '3']) {
      const since = performance.now();
      const { id, number } = await report(other.as('berta'), title);
      await send(other.as('otto'), ackOf(id));
      expect(performance.now() - since).toBeLessThan(heldUpMs);
      numbers.push(number);
    }
    const [one = 0] = numbers;
    expect(numbers).toEqual([one, one + 1, one + 2]);

    flight.letGo();
    frozen.thaw();
    const { id, number } = await asked;
    expect(number).toBe(one + 3);
    await Promise.any([frozen, other].map((one) => one.logged(sentTo('otto', id))));
    const { events } = await timelineOf(other.as('ada'), id);
    expect(pagedBy(events)).toEqual([['mara'], ['otto']]);
  });

  test('killed again and again while steps fire: each fires once, and a death doubles one page of a ticket at most', async () => {
    const here = (person: PersonKey) => visitor(setup.url, { cookie: cookies.get(person) ?? '' });
    const tickets: string[] = [];
    for (const title of ['x', 'y', 'z'])
      tickets.push((await report(here('berta'), title, 'S3')).id);

    const deaths = 5;
    const sent: { readonly life: number; readonly id: string }[] = [];
    for (let life = 0; life <= deaths; life += 1) {
      const server = await spawn();
      server.onLine(({ msg, id }) => {
        if (!msg.startsWith('sent ')) return;
        sent.push({ life, id: String(id) });
        // Somewhere between taking its first or second page, sending it and saying so.
        const isTime = sent.filter((one) => one.life === life).length > life % 2;
        if (life < deaths && isTime) void server.kill();
      });
      if (life < deaths) await server.ended;
    }
    // Whoever died has taken pages that another may take when the lease is over.
    await vi.waitFor(
      async () => {
        for (const ticket of tickets) {
          expect(await timelineOf(here('ada'), ticket)).toMatchObject({
            run: { state: 'exhausted' },
          });
        }
        expect(await waiting(setup)).toEqual([]);
      },
      { timeout: 40_000, interval: 250 },
    );

    const paged = [];
    for (const ticket of tickets) {
      const { events } = await timelineOf(here('ada'), ticket);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
      expect(pagedBy(events)).toEqual([['mara'], ['otto'], ['lena'], ['dora'], ['ada']]);
      const fired = pageIds(ticket, events);
      paged.push(...fired.map((page) => `${page}/1`));
      const mine = sent.filter(({ id }) => id.startsWith(ticket));
      expect(mine.length - fired.length).toBeLessThanOrEqual(deaths);
    }
    expect([...new Set(sent.map(({ id }) => id))].toSorted()).toEqual(paged.toSorted());
    const perLife = sent.map(({ life, id }) => `${life} ${id}`);
    expect(new Set(perLife).size).toBe(perLife.length);
  }, 80_000);
});

/** Whoever waits for a lock of one that is frozen waits for at least 5 s: Postgres' patience with either. */
const heldUpMs = 5000;

const sentTo = (person: string, ticket: string) => new RegExp(`^sent ${person} page ${ticket}`);

/** Whom each rung that fired asked, in order. */
function pagedBy(events: Timeline['events']): readonly (readonly string[])[] {
  const fired = events.filter(({ name }) => name === 'rung-fired');
  return fired.map(({ args }) =>
    (args['pages'] as { person: string }[]).map(({ person }) => person),
  );
}

/** The fields of commands that hold what a person typed: text that is cleaned. */
function textFields(): readonly string[] {
  return command.options.flatMap(({ entries }) =>
    Object.entries<object>(entries.args.entries)
      .filter(([, field]) => 'pipe' in field && JSON.stringify(field.pipe).includes('"transform"'))
      .map(([name]) => `${entries.name.literal}.${name}`),
  );
}

/** What is still to be sent. */
async function waiting({ parts }: TestHouse): Promise<readonly unknown[]> {
  const { read } = parts.db;
  return read
    .selectFrom('notification')
    .select('id')
    .where('next_attempt_at', 'is not', null)
    .execute();
}

/** The pages that rungs made, by their ids. */
function pageIds(ticket: string, events: Timeline['events']): readonly string[] {
  const fired = events.filter(({ name }) => name === 'rung-fired');
  return fired.flatMap(({ seq, args }) =>
    (args['pages'] as unknown[]).map((_, n) => `${ticket}.${seq}.${n + 1}`),
  );
}

/** Lets this many turns of the loop pass. */
async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function timelineOf(visit: Visitor, ticket: string): Promise<Timeline> {
  const answer = await visit(`/api/tickets/${ticket}/timeline`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()) as Timeline;
}

/** Sessions that are good at every server of the database. */
async function cookiesAt(house: TestHouse, people: readonly PersonKey[]) {
  const cookies = new Map<PersonKey, string>();
  for (const person of people) {
    await house.parts.auth.setPassword(person, password);
    const json = { email: company.people[person].email, password };
    cookies.set(person, cookieOf(await house.stranger('/api/session', { json })));
  }
  return cookies;
}
