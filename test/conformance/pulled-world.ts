/** What scopes.test.ts and pull.test.ts play in: a company, its tickets, and a device of everybody who may have one. */

import { type Actor, may } from '@rung/domain/access/may.ts';
import { referenceOf } from '@rung/domain/access/reference.ts';
import { relationsTo } from '@rung/domain/access/relations.ts';
import { type Directory, kinds } from '@rung/domain/directory/directory.ts';
import { planDirectory } from '@rung/domain/directory/plan.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { fold } from '@rung/domain/ticket/evolve.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { ulid } from 'ulid';
import { openWriter, type Writer } from '../../server/src/apply/writer.ts';
import { openDirectoryCache } from '../../server/src/db/directory.ts';
import { toEvent } from '../../server/src/db/events.ts';
import { type Database, openDatabase } from '../../server/src/db/open.ts';
import type { Settled } from '../../server/src/db/settled.ts';
import { answer } from '../../server/src/exchange/answer.ts';
import { cookies as openCookies } from '../../server/src/exchange/cookie.ts';
import type { Sizes } from '../../server/src/exchange/pull.ts';
import { openWorks } from '../../server/src/works.ts';
import { type MovedClock, movedClock } from '../harness/clock.ts';
import { reportArgs } from '../harness/command.ts';
import type { Place } from '../harness/dialects.ts';
import { deviceThat, type Exchanged, type PlainDevice } from '../harness/plain-device.ts';
import { methodOf, recorder } from '../harness/recorder.ts';
import { ask } from '../harness/stored-rows.ts';

const staff = (name: string) => ({ name, email: `${name.toLowerCase()}@example.org` });

/** Two teams and somebody who is in both, a dispatcher, a manager, an admin; Nils is in no team, and is paged by name. */
export const company = {
  organisation: {
    name: 'Nordkalt',
    zone: 'Europe/Berlin',
    language: 'en',
    team: 'cold',
    policies: 'standard',
  },
  people: {
    ada: { ...staff('Ada'), roles: ['admin', 'staff'] },
    max: { ...staff('Max'), roles: ['manager'] },
    dora: { ...staff('Dora'), roles: ['dispatcher'] },
    lena: staff('Lena'),
    mara: staff('Mara'),
    otto: staff('Otto'),
    pia: staff('Pia'),
    quin: staff('Quin'),
    nils: staff('Nils'),
    berta: { ...staff('Berta'), client: 'bakery' },
  },
  teams: {
    cold: { name: 'Cold store', members: ['mara', 'otto'], lead: 'lena', schedule: 'week' },
    air: { name: 'Air', members: ['quin', 'otto'], lead: 'pia' },
  },
  clients: { bakery: { name: 'Bakery' } },
  sites: { hall: { name: 'Oven hall', client: 'bakery', team: 'cold' } },
  schedules: {
    week: {
      name: 'Weekly',
      zone: 'Europe/Berlin',
      layers: [{ handover: 'mon 08:00', from: '2026-11-16', people: ['mara', 'otto'] }],
    },
  },
  policies: {
    standard: {
      name: 'Standard',
      fallback: 'ada',
      response: [
        { targets: 'team', delay: '1h' },
        { targets: ['lead', 'person:nils'], delay: '8h' },
      ],
    },
  },
};

export type Person = keyof (typeof company)['people'];
/** Who may have a device. */
export type Holder = Exclude<Person, 'berta'>;
export const holders = (Object.keys(company.people) as readonly Person[]).filter(
  (key): key is Holder => key !== 'berta',
);

type ArgsOf<Name extends Command['name']> = Omit<
  Extract<Command, { name: Name }>['args'],
  'ticket' | 'seen'
>;

export type World = {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: MovedClock;
  /** Oldest first. */
  readonly tickets: readonly string[];
  report(by: Person, args?: Parameters<typeof reportArgs>[1]): Promise<string>;
  /** Acts on the ticket as it is now. */
  act<Name extends Exclude<Command['name'], 'report'>>(
    by: Person,
    ticket: string,
    name: Name,
    args: ArgsOf<Name>,
  ): Promise<Settled>;
  /** The document says only what is new. */
  edit(document: object): Promise<void>;
  forward(ms: number): Promise<void>;
  directory(): Promise<Directory>;
  ticket(id: string): Promise<Ticket>;
  readonly devices: ReadonlyMap<Holder, PlainDevice>;
  /** Whether the person may have a device now. */
  maySync(person: Holder): Promise<boolean>;
  /**
   * An exchange of the person's device that brings nothing. @throws when it was told of a ticket that its person could
   * at no time read since he had everything, or of an older version of one.
   */
  exchange(person: Holder, how?: How): Promise<Exchanged>;
  /** What the person's device holds, and what it should, in the same words. */
  compare(person: Holder): Promise<{ readonly held: Holding; readonly expected: Holding }>;
  /** A statement past the writer, as an operator's. */
  ask(statement: string): Promise<unknown>;
  readonly logged: readonly string[];
  close(): Promise<void>;
};

export type How = {
  /** It is cut after so many lines. */
  readonly lines?: number;
  readonly sizes?: Sizes;
  readonly between?: (portions: number) => Promise<boolean | void>;
};

/** By id; of a ticket its log, of which only the text is compared. */
export type Holding = Readonly<
  Record<'tickets' | 'pages' | 'ref', Readonly<Record<string, unknown>>>
>;

export const whole: Sizes = {
  linesAPortion: 2000,
  bytesAPortion: 4_000_000,
  bytesAStep: 1_000_000,
  ticketsAStep: 200,
  itemsAStep: 1000,
};
const startsAt = Date.parse('2026-11-21T12:00:00Z');

/** Writes the company into an empty database. */
export async function settle(databaseUrl: URL): Promise<void> {
  const world = await openWorld({ databaseUrl });
  for (const person of [...holders, 'berta'] as const) {
    await world.writer.addContactMethod(methodOf(person));
  }
  await world.edit(company);
  await world.close();
}

export async function openWorld({ databaseUrl }: Pick<Place, 'databaseUrl'>): Promise<World> {
  const db = await openDatabase(databaseUrl);
  const clock = movedClock(startsAt);
  const logged: string[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message: string, about: object = {}) =>
      void logged.push(`${message} ${JSON.stringify(about)}`),
  };
  const directory = openDirectoryCache(db);
  const cache = openDirectoryCache(db);
  const writer = openWriter({ db, directory, clock, log });
  const works = openWorks({ db, directory, writer, clock, log }, recorder().transports);
  const cookies = openCookies('for tests only');
  const tickets: string[] = [];
  let sizes = whole;

  const devices = new Map(
    holders.map((person) => {
      const talk: Parameters<typeof deviceThat>[1] = (request) => {
        const cookie = cookies.read(request.cookie, person);
        const { device } = request;
        const asked = { person, device, cookie, commands: [], now: clock.now() };
        const portions = answer({ db, directory: cache, cookies, log }, asked, sizes);
        return Promise.resolve({ status: 200, problem: null, portions: linesOf(portions) });
      };
      return [person, deviceThat({ device: ulid(), secret: '' }, talk)];
    }),
  );

  /** What each could read at some time since his device last had everything. */
  const readable = new Map(holders.map((person) => [person, new Set<string>()]));
  const versions = new Map(holders.map((person) => [person, new Map<string, number>()]));
  let seenVer = 0;

  /** To be called after whatever changed something. */
  async function note(): Promise<void> {
    const now = await directory.fresh();
    const rows = await db.read.selectFrom('ticket').select(['id', 'state', 'ver']).execute();
    const changed = new Set(rows.filter(({ ver }) => ver > seenVer).map(({ id }) => id));
    const before = seenVer;
    seenVer = Math.max(seenVer, ...rows.map(({ ver }) => ver));
    for (const { id, state } of rows) {
      const was = changed.has(id) ? await since(id, before) : [];
      for (const ticket of [...was, JSON.parse(state) as Ticket]) {
        for (const person of holders) {
          if (mayRead(ticket, person, now)) readable.get(person)?.add(id);
        }
      }
    }
  }

  /** What the ticket was in between. */
  async function since(id: string, ver: number): Promise<readonly Ticket[]> {
    const rows = await db.read
      .selectFrom('event')
      .selectAll()
      .where('ticket', '=', id)
      .orderBy('seq')
      .execute();
    const first = rows.findIndex((row) => row.ver > ver);
    const log = rows.map(toEvent);
    return rows.slice(Math.max(0, first)).flatMap((_, n) => {
      const ticket = fold(log.slice(0, Math.max(0, first) + n + 1));
      return ticket === null || ticket.team === null ? [] : [ticket];
    });
  }

  async function send(by: Person, command: Command): Promise<Settled> {
    const claim = { wall: clock.now(), offsetBefore: null, offsetAfter: 0 };
    const settled = await writer.command({ uid: ulid(), claim, person: by, command });
    await works.look();
    await note();
    return settled;
  }

  const world: World = {
    db,
    writer,
    clock,
    tickets,
    devices,
    logged,
    ask: (statement) => ask(databaseUrl, statement),
    async report(by, args) {
      const command = { name: 'report', args: reportArgs('Pump 3 leaks', args) } as const;
      const settled = await send(by, command);
      if (settled.outcome !== 'applied') throw new Error(JSON.stringify(settled));
      tickets.push(command.args.ticket);
      return command.args.ticket;
    },
    async act(by, ticket, name, args) {
      const { generation, severity } = await world.ticket(ticket);
      const seen = { generation, severity };
      return send(by, { name, args: { ticket, seen, ...args } } as unknown as Command);
    },
    async edit(document) {
      const draft = parseDirectory(document);
      if (!draft.ok) throw new Error(JSON.stringify(draft.refusal));
      await writer.editDirectory('ada', ({ directory }) => ({
        changes: planDirectory(directory, draft.value, { prune: false }),
        answer: null,
      }));
      await works.look();
      await note();
    },
    async forward(ms) {
      const until = clock.now() + ms;
      for (;;) {
        const { dueAt, attemptAt } = await works.look();
        const next = [dueAt, attemptAt].filter((at) => at !== null && at > clock.now()) as number[];
        const at = Math.min(until, ...next);
        if (at === clock.now()) return note();
        clock.forward(at - clock.now());
      }
    },
    directory: () => directory.fresh(),
    async ticket(id) {
      const { state } = await db.read
        .selectFrom('ticket')
        .select('state')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return JSON.parse(state) as Ticket;
    },
    async maySync(person) {
      const known = (await directory.fresh()).person.get(person);
      return (
        known?.disabled === false && may(actorOf(person, await directory.fresh()), 'sync.exchange')
      );
    },
    async exchange(person, { sizes: asked = whole, lines = Infinity, between } = {}) {
      sizes = asked;
      const device = devices.get(person);
      if (device === undefined) throw new Error(`${person} has no device`);
      const options = { lines, ...(between === undefined ? {} : { between }) };
      const told = await device.exchange([], options);
      const known = readable.get(person) ?? new Set();
      const versionsKnown = versions.get(person) ?? new Map<string, number>();
      for (const line of told.lines) {
        if ((line.t !== 'put' && line.t !== 'del') || line.e === 'ref') continue;
        const id = line.t === 'del' ? line.id : line.e === 'ticket' ? line.d.id : line.d.ticket;
        if (!known.has(id)) throw new Error(`${person} was told of ${id}: ${JSON.stringify(line)}`);
        if (line.t === 'del' || line.e !== 'ticket') continue;
        if (line.v < (versionsKnown.get(id) ?? 0)) throw new Error(`${person}: ${id} went back`);
        versionsKnown.set(id, line.v);
      }
      if (told.lines.at(-1)?.t === 'end') {
        known.clear();
        await note();
      }
      return told;
    },
    compare: async (person) => ({
      held: heldBy(devices.get(person)),
      expected: await projection(person),
    }),
    async close() {
      await writer.close();
      await db.close();
    },
  };
  return world;

  /** What the person may read, by the table of rights alone. */
  async function projection(person: Person): Promise<Holding> {
    const known = await directory.fresh();
    const [rows, events, pages, shifts] = await Promise.all([
      db.read.selectFrom('ticket').selectAll().execute(),
      db.read.selectFrom('event').selectAll().orderBy('seq').execute(),
      db.read.selectFrom('page').selectAll().execute(),
      db.read.selectFrom('shift').selectAll().orderBy('from_at').execute(),
    ]);
    const actor = actorOf(person, known);
    const eventsBy = Map.groupBy(events, ({ ticket }) => ticket);
    const pagesBy = Map.groupBy(pages, ({ ticket }) => ticket);
    const mine = rows.flatMap(({ id, number, seq, ver, state }) => {
      const ticket = JSON.parse(state) as Ticket;
      if (!mayRead(ticket, person, known)) return [];
      const relations = relationsTo(ticket, person, known);
      const hasTimeline = ticket.phase !== 'closed' && may(actor, 'ticket.timeline', relations);
      const log = hasTimeline ? (eventsBy.get(id) ?? []).map(toEvent) : [];
      const isOfTeam = relations.includes('my-team') || relations.includes('my-led-team');
      const scopes = [
        ...(may(actor, 'ticket.read', ['other']) ? ['all'] : []),
        ...(isOfTeam ? [`team:${ticket.team}`] : []),
        ...(relations.includes('mine') ? [`user:${person}`] : []),
      ];
      const theirs = hasTimeline ? (pagesBy.get(id) ?? []) : [];
      return [
        { id, row: { number, seq, ver, scopes, state: ticket, log: plain(log) }, pages: theirs },
      ];
    });
    const ref = kinds.flatMap((kind) =>
      [...known[kind]].flatMap(([key, item]) => {
        const shown = referenceOf(kind, item as never);
        const ofIt = shifts.filter(({ schedule }) => kind === 'schedule' && schedule === key);
        const more =
          kind === 'schedule'
            ? {
                shifts: ofIt.map(({ from_at, to_at, person: on }) => ({
                  from: from_at,
                  to: to_at,
                  person: on,
                })),
              }
            : {};
        return shown === null
          ? []
          : [[`${kind}/${key}`, { ...shown, ...more, kind, key }] as const];
      }),
    );
    return {
      tickets: Object.fromEntries(mine.map(({ id, row }) => [id, row])),
      pages: Object.fromEntries(
        mine.flatMap(({ pages }) =>
          pages.map(
            ({
              id,
              ticket,
              person: of,
              state,
              created_at: createdAt,
              received_at: receivedAt,
              seen_at: seenAt,
            }) => [id, { id, ticket, person: of, state, createdAt, receivedAt, seenAt }],
          ),
        ),
      ),
      ref: plain(Object.fromEntries(ref)),
    };
  }
}

function actorOf(person: string, directory: Directory): Actor {
  return { kind: 'person', person, roles: directory.person.get(person)?.roles ?? [] };
}

function mayRead(ticket: Ticket, person: string, directory: Directory): boolean {
  const relations = relationsTo(ticket, person, directory);
  return may(actorOf(person, directory), 'ticket.read', relations);
}

function heldBy(device: PlainDevice | undefined): Holding {
  if (device === undefined) throw new Error('nobody has this device');
  const events = Map.groupBy([...device.events.values()], ({ ticket }) => ticket);
  const rows = [...device.tickets].map(([id, { scopes, v, d }]) => {
    const log = (events.get(id) ?? []).toSorted((a, b) => a.seq - b.seq);
    events.delete(id);
    return [id, { number: d.number, seq: d.seq, ver: v, scopes, state: d.state, log }] as const;
  });
  const orphans = [...events].map(([id]) => [`events without ${id}`, null] as const);
  return {
    tickets: plain(Object.fromEntries([...rows, ...orphans])),
    pages: Object.fromEntries(device.pages),
    ref: plain(Object.fromEntries(device.ref)),
  };
}

function plain<Of>(value: Of): Of {
  return JSON.parse(JSON.stringify(value)) as Of;
}

async function* linesOf(portions: ReturnType<typeof answer>): AsyncGenerator<readonly string[]> {
  for await (const { lines } of portions) yield lines;
}
