/**
 * Two devices, or three, of people who share tickets; networks that cut, lose and delay, clocks that lie, tabs that die,
 * a profile that is copied, a server that restarts, rights that come and go. However it went: when all is quiet and
 * everybody is online, every device shows what the server says, nothing that was done is lost, and nothing counts twice
 * (sync.md, section 10: invariants 1 to 7, 9, 11, 13, 14, 18, 22).
 */

import type { Command } from '@rung/domain/ticket/commands.ts';
import { pageOf } from '@rung/domain/ticket/ticket.ts';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportArgs } from '../harness/command.ts';
import type { PersonKey } from '../harness/company.ts';
import { type Device, deviceOf } from '../harness/device.ts';
import { type Dialect, dialects } from '../harness/dialects.ts';
import type { Visitor } from '../harness/house.ts';
import { type PlainDevice, plainDevice } from '../harness/plain-device.ts';
import { hours, minutes, type Story, tellStory } from '../harness/story.ts';

const deeds = [
  'acknowledge',
  'decline',
  'release',
  'progress',
  'raise',
  'lower',
  'transfer',
  'resolve',
  'close',
  'reopen',
] as const;

const which = fc.nat(9);
const device = fc.nat(2);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('report' as const), device }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      device,
      which,
      deed: fc.constantFrom(...deeds),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('exchange' as const), device }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('cut' as const), device, lines: fc.nat(12) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('lose' as const, 'offline', 'online', 'reopen', 'together'),
      device,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('skew' as const),
      device,
      hours: fc.integer({ min: -72, max: 72 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      minutes: fc.constantFrom(1, 6, 40, 60 * 30, 60 * 80),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('leaves' as const, 'joins', 'restart', 'clone') }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Some> ? Some : never;

/** RUNG_RUNS says how many; RUNG_SEED begins where a failure was. */
const runs = Number(process.env['RUNG_RUNS'] ?? 0);
const seed = Number(process.env['RUNG_SEED'] ?? 0);

describe.each(dialects)('devices on %s', (dialect) => {
  test(
    'converge, lose nothing and apply once, whatever happens to them',
    { timeout: 60_000 + runs * 2000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) =>
          live(dialect, steps),
        ),
        {
          numRuns: runs > 0 ? runs : dialect === 'sqlite' ? 25 : 6,
          endOnFailure: runs === 0,
          ...(seed === 0 ? {} : { seed }),
        },
      );
    },
  );
});

type Done = { readonly by: Device; readonly command: Command };

async function live(dialect: Dialect, steps: readonly Step[]): Promise<void> {
  const story = await tellStory(dialect);
  const visit =
    (person: PersonKey): Visitor =>
    async (path, init) =>
      (await story.as(person))(path, init);
  const open = (person: PersonKey) => deviceOf(visit(person), person, story.house.clock);
  const devices: Device[] = [open('mara'), open('otto')];
  const done = new Map<string, Done>();
  const versions = new Map<string, number>();
  try {
    for (const one of steps) {
      await take(one, story, devices, done);
      await assertSteady(devices, versions, done);
    }
    for (const one of devices) one.online();
    // Once to give, once to take what the others gave.
    for (let round = 0; round < 3; round += 1) {
      for (const one of devices) {
        await one.exchange();
        await one.exchange();
      }
    }
    await assertEqual(story, devices);
    await assertSettled(story, devices, done);
  } finally {
    for (const one of devices) await one.close();
    await story.end();
  }
}

async function take(
  one: Step,
  story: Story,
  devices: Device[],
  done: Map<string, Done>,
): Promise<void> {
  const by = devices[('device' in one ? one.device : 0) % devices.length]!;
  switch (one.kind) {
    case 'report':
      return act(by, { name: 'report', args: reportArgs('Pump', { site: 'oven-hall' }) }, done);
    case 'act': {
      const command = await commandFor(by, one.which, one.deed);
      return command === null ? undefined : act(by, command, done);
    }
    case 'exchange':
      return void (await by.exchange());
    case 'together':
      // Two tabs, or a tab and the worker, without a lock between them.
      return void (await Promise.all([by.exchange(), by.alongside()]));
    case 'cut':
      by.cutAfter(one.lines);
      return void (await by.exchange());
    case 'lose':
      by.loseAnswer();
      return void (await by.exchange());
    case 'offline':
      return by.offline();
    case 'online':
      return by.online();
    case 'reopen':
      return by.reopen();
    case 'skew':
      return by.clock.skew(hours(one.hours));
    case 'time':
      return story.house.forward(minutes(one.minutes));
    case 'leaves':
      return staff(story, ['mara']);
    case 'joins':
      return staff(story, ['mara', 'otto']);
    case 'restart':
      return story.isDownFor(minutes(2));
    case 'clone':
      if (devices.length < 3) devices.push(await by.clone());
  }
}

function staff(story: Story, members: readonly string[]): Promise<void> {
  return story.edit({ teams: { cold: { ...coldStore.teams.cold, members } } });
}

async function act(by: Device, command: Command, done: Map<string, Done>): Promise<void> {
  const uid = ulid();
  const made = await by.do(command, uid);
  if (made.ok) done.set(uid, { by, command });
}

async function commandFor(
  by: Device,
  n: number,
  deed: (typeof deeds)[number],
): Promise<Command | null> {
  const tickets = await by.read((reading) => reading.tickets());
  const held = tickets[n % Math.max(1, tickets.length)];
  if (held === undefined) return null;
  const { id: ticket, state } = held;
  const seen = { generation: state.generation, severity: state.severity };
  switch (deed) {
    case 'acknowledge':
      return { name: 'acknowledge', args: { ticket, seen } };
    case 'decline':
      return {
        name: 'decline',
        args: { ticket, page: pageOf(state, by.person)?.id ?? `${ticket}.1.1` },
      };
    case 'release':
      return { name: 'release', args: { ticket } };
    case 'progress':
      return { name: 'progress', args: { ticket, seen, note: `note ${ulid()}` } };
    case 'raise':
      return {
        name: 'change-severity',
        args: { ticket, seen, severity: 'S1', reason: 'It is worse' },
      };
    case 'lower':
      return {
        name: 'change-severity',
        args: { ticket, seen, severity: 'S4', reason: 'It is not so bad' },
      };
    case 'transfer':
      return { name: 'transfer', args: { ticket, seen, team: n % 2 ? 'desk' : 'cold', note: '' } };
    case 'resolve':
      return { name: 'resolve', args: { ticket, seen, resolution: 'Tightened' } };
    case 'close':
      return { name: 'close', args: { ticket } };
    case 'reopen':
      return { name: 'reopen', args: { ticket, reason: 'It leaks again' } };
  }
}

/** At any moment: no version went back, the pending count is the outbox, ids are dense, and what somebody reported he sees. */
async function assertSteady(
  devices: readonly Device[],
  versions: Map<string, number>,
  done: ReadonlyMap<string, Done>,
): Promise<void> {
  for (const [n, one] of devices.entries()) {
    const { tickets, outbox, problems } = await one.read(async (reading) => ({
      tickets: await reading.tickets(),
      outbox: await reading.outbox(),
      problems: await reading.problems(),
    }));
    for (const { id, v } of tickets) {
      const before = versions.get(`${n} ${id}`) ?? 0;
      // 0: not known to the server yet.
      if (v !== 0) expect(v).toBeGreaterThanOrEqual(before);
      versions.set(`${n} ${id}`, Math.max(before, v));
    }
    const [first] = outbox;
    expect(outbox.map(({ id }) => id)).toEqual(outbox.map((_, k) => (first?.id ?? 0) + k));
    const shown = new Set(tickets.map(({ id }) => id));
    const refused = new Set(problems.map(({ ticket }) => ticket));
    for (const { by, command } of done.values()) {
      if (by !== one || command.name !== 'report') continue;
      const { ticket } = command.args;
      expect(shown.has(ticket) || refused.has(ticket), `${one.person} sees ${ticket}`).toBe(true);
    }
  }
}

/** Quiet and online, each device holds exactly what a fresh one would be sent. */
async function assertEqual(story: Story, devices: readonly Device[]): Promise<void> {
  for (const one of devices) {
    const fresh = await plainDevice(await story.as(one.person as PersonKey));
    await fresh.exchange();
    expect(sorted(await one.rows()), `what ${one.person} holds`).toEqual(sorted(rowsOf(fresh)));
    expect(await one.read((reading) => reading.outbox())).toEqual([]);
  }
}

function rowsOf({ tickets, events, pages, ref }: PlainDevice) {
  return {
    tickets: [...tickets.values()].map(({ scopes, v, d }) => {
      const { id, number, seq, state } = d;
      return { id, number, seq, state, v, scopes: [...scopes].sort() };
    }),
    events: [...events.values()],
    pages: [...pages.values()],
    refs: [...ref.values()],
  };
}

function sorted(rows: { readonly [kind: string]: readonly object[] }) {
  return Object.fromEntries(
    Object.entries(rows).map(([kind, some]) => [
      kind,
      some.map((row) => JSON.stringify(row, Object.keys(flat(row)).sort())).sort(),
    ]),
  );
}

/** Every name of a field in it, at any depth: JSON then has them in one order. */
function flat(value: unknown, into: Record<string, true> = {}): Record<string, true> {
  if (typeof value !== 'object' || value === null) return into;
  for (const [name, inner] of Object.entries(value)) {
    into[name] = true;
    flat(inner, into);
  }
  return into;
}

/** What resolved on a device is in the log once, was needless, or stands among its problems with everything typed. */
async function assertSettled(
  story: Story,
  devices: readonly Device[],
  done: ReadonlyMap<string, Done>,
): Promise<void> {
  const { read } = story.house.parts.db;
  const settled = new Map(
    (await read.selectFrom('settled').selectAll().execute()).map((row) => [row.uid, row]),
  );
  const causes = Map.groupBy(
    await read.selectFrom('event').select(['cause', 'by']).execute(),
    ({ cause }) => cause,
  );
  const problems = new Map<string, Command>();
  for (const one of devices) {
    for (const problem of await one.read((reading) => reading.problems())) {
      for (const { uid, command } of [problem, ...problem.dependants]) problems.set(uid, command);
    }
  }
  for (const [uid, { command }] of done) {
    const outcome = settled.get(uid)?.outcome;
    expect(outcome, `${command.name} ${uid}`).toBeDefined();
    expect(causes.get(uid)?.length ?? 0).toBe(outcome === 'applied' ? 1 : 0);
    if (outcome === 'rejected') expect(problems.get(uid)).toEqual(command);
  }
}
