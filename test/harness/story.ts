import { dateText, dayOf, wallAt, weekdayOf } from '@rung/domain/calendar/wall-time.ts';
import type { Command, Seen } from '@rung/domain/ticket/commands.ts';
import type { CommandRequest, OutcomeMessage } from '@rung/protocol/command.ts';
import type { TicketView, Timeline } from '@rung/protocol/ticket-view.ts';
import { coldStore } from './cold-store.ts';
import { reportMessage, requestOf, send } from './command.ts';
import type { PersonKey } from './company.ts';
import { type Dialect, freshPlace } from './dialects.ts';
import { testHouse, type TestHouse, type Visitor } from './house.ts';
import { signedIn } from './logins.ts';
import { methodOf, type Sent } from './recorder.ts';

/** Names of the commands that act on a ticket which is there. */
export type Name = Exclude<Command['name'], 'report'>;
type ArgsOf<Of extends Name> = Omit<Extract<Command, { name: Of }>['args'], 'ticket' | 'seen'>;
type When = {
  readonly agoMs?: number;
  readonly offset?: number | null;
  readonly seen?: Seen;
  readonly uid?: string;
  /** The device's clock was put forward by this since the contact before. */
  readonly clockMovedMs?: number;
};

/** A person whose phone has no net: he acts on what he sees now, and what he did arrives when it is called. */
export type Offline = <Of extends Name>(
  name: Of,
  args: ArgsOf<Of>,
  when?: When,
) => Promise<OutcomeMessage>;

/** How a ticket stands; moments as `said` writes them. */
export type Standing = {
  readonly phase: string;
  readonly severity: string;
  readonly generation: number;
  readonly owner: string | null;
  readonly coResponders: readonly string[];
  readonly run: string;
  /** "1.2 at 13:05": what fires next. */
  readonly next: string | null;
  /** When the owner is asked, or must have answered. */
  readonly expires: string | null;
};

/** A house with the people of cold-store.ts, all of them reachable, who act by name. */
export type Story = {
  /** The one that is open now. */
  readonly house: TestHouse;
  /** Closes the house and removes what it left. */
  end(): Promise<void>;
  as(person: PersonKey): Promise<Visitor>;
  /** Reports, and answers the ticket's id. */
  report(
    person: PersonKey,
    title: string,
    args?: Parameters<typeof reportMessage>[1],
    when?: Parameters<typeof reportMessage>[2],
  ): Promise<string>;
  /** Acts on the ticket as it is now, or as `seen` says that he saw it. */
  act<Of extends Name>(
    person: PersonKey,
    ticket: string,
    name: Of,
    args: ArgsOf<Of>,
    when?: When,
  ): Promise<OutcomeMessage>;
  /** From now on he is without net. */
  offline(person: PersonKey, ticket: string): Promise<Offline>;
  /** Sends this very request. */
  send(person: PersonKey, request: CommandRequest): Promise<OutcomeMessage>;
  /** The ticket as Ada, who may see all, reads it. */
  ticket(id: string): Promise<TicketView>;
  timeline(id: string): Promise<Timeline>;
  stands(id: string): Promise<Standing>;
  /** The id of the person's newest page. @throws when he has none */
  pageOf(person: PersonKey, ticket: string): Promise<string>;
  /** Names of the events that were added since this was asked last about the ticket. */
  added(id: string): Promise<readonly string[]>;
  /** When the newest event of this name was meant and when it was known, in minutes after the first was known. */
  times(id: string, name: string): Promise<readonly [claimed: number, recorded: number]>;
  /** What was sent to anybody since this was asked last: "13:05 lena page". */
  heard(): readonly string[];
  /** How tries at this contact method end from now on. */
  answer(method: string, answer: Answer): void;
  /** The directory is edited: the document says only what is new. */
  edit(document: object): Promise<void>;
  /** The server is stopped, and started again that much later. */
  isDownFor(ms: number): Promise<void>;
};

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => seconds(60) * n;
export const hours = (n: number): number => minutes(60) * n;

/** Commands that say what their person saw. */
const seeing: readonly Name[] = [
  'acknowledge',
  'progress',
  'change-severity',
  'transfer',
  'resolve',
];

type Answer = Parameters<TestHouse['sent']['answer']>[1];
type Asked = Omit<NonNullable<Parameters<typeof testHouse>[1]>, 'isEmpty'> & {
  /** Who has a contact method; everybody where it is not said. */
  readonly reachable?: readonly PersonKey[];
};

/** It is Saturday, 13:00 in Berlin, unless `clock` says when. `end` removes the place, unless it is somebody else's. */
export async function tellStory(
  dialect: Dialect,
  { reachable = Object.keys(coldStore.people) as readonly PersonKey[], ...more }: Asked = {},
): Promise<Story> {
  const place = more.place ?? (await freshPlace(dialect));
  let house = await testHouse(dialect, { directory: coldStore, ...more, place });
  const startedAt = house.clock.now();
  let visitors = new Map<PersonKey, Promise<Visitor>>();
  const read = new Map<string, number>();
  const answers = new Map<string, Answer>();
  let unheard: readonly Sent[] = [];
  let heard = 0;
  for (const person of reachable) await house.parts.writer.addContactMethod(methodOf(person));

  const story: Story = {
    get house() {
      return house;
    },
    async end() {
      await house.close();
      if (more.place === undefined) await place.remove();
    },
    as(person) {
      const known = visitors.get(person) ?? signedIn(house, dialect, person);
      visitors.set(person, known);
      return known;
    },
    async report(person, title, args, when) {
      const request = reportMessage(title, { site: 'oven-hall', ...args }, when);
      const outcome = await story.send(person, request);
      if (outcome.outcome !== 'applied') throw new Error(JSON.stringify(outcome));
      return request.command.args.ticket;
    },
    async act(person, ticket, name, args, { seen, clockMovedMs, ...when } = {}) {
      const now = seen ?? (await seenNow(ticket));
      const saysWhatItSaw = seeing.includes(name);
      const whole = { ticket, ...args, ...(saysWhatItSaw ? { seen: now } : {}) };
      const request = requestOf(name, whole as never, when);
      if (clockMovedMs === undefined) return story.send(person, request);
      const offset = house.clock.now() - request.now + clockMovedMs;
      return story.send(person, { ...request, command: { ...request.command, offset } });
    },
    async offline(person, ticket) {
      const seen = await seenNow(ticket);
      const at = house.clock.now();
      return (name, args, when) => {
        const agoMs = house.clock.now() - at;
        return story.act(person, ticket, name, args, { seen, agoMs, ...when });
      };
    },
    async send(person, request) {
      const outcome = await send(await story.as(person), request);
      // What was to be told at once is told at once.
      await house.look();
      return outcome;
    },
    ticket: async (id) => readBy('ada', `/api/tickets/${id}`),
    timeline: async (id) => readBy('ada', `/api/tickets/${id}/timeline`),
    async stands(id) {
      const { phase, severity, generation } = await story.ticket(id);
      const { owner, coResponders, run, expiresAt } = await story.timeline(id);
      const next = run?.next ?? null;
      return {
        phase,
        severity,
        generation,
        owner,
        coResponders,
        run: run?.state ?? 'none',
        next: next === null ? null : `${next.rung} at ${said(next.dueAt, startedAt)}`,
        expires: expiresAt === null ? null : said(expiresAt, startedAt),
      };
    },
    async pageOf(person, ticket) {
      const { pages } = await story.timeline(ticket);
      const page = pages.find((one) => one.person === person);
      if (page === undefined) throw new Error(`${person} was not paged`);
      return page.id;
    },
    async added(id) {
      const { events } = await story.timeline(id);
      const fresh = events.slice(read.get(id) ?? 0).map(({ name }) => name);
      read.set(id, events.length);
      return fresh;
    },
    async times(id, name) {
      const { events } = await story.timeline(id);
      const [first] = events;
      const event = events.findLast((one) => one.name === name);
      if (first === undefined || event === undefined) throw new Error(`${id} was not ${name}`);
      const after = (at: number) => (at - first.recordedAt) / minutes(1);
      return [after(event.claimedAt ?? event.recordedAt), after(event.recordedAt)];
    },
    heard() {
      const fresh = sentSince();
      heard = house.sent.all.length;
      unheard = [];
      return fresh.toSorted(byLog).map((sent) => told(sent, startedAt));
    },
    answer(method, answer) {
      answers.set(method, answer);
      house.sent.answer(method, answer);
    },
    async edit(document) {
      const json = { document, prune: false, dryRun: false };
      const answer = await house.operator('/api/directory', { json });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async isDownFor(ms) {
      const { clock } = house;
      await house.close();
      clock.forward(ms);
      unheard = sentSince();
      heard = 0;
      house = await testHouse(dialect, { ...more, isEmpty: true, clock, place });
      visitors = new Map();
      for (const [method, answer] of answers) house.sent.answer(method, answer);
    },
  };
  return story;

  function sentSince(): readonly Sent[] {
    return [...unheard, ...house.sent.all.slice(heard)];
  }

  async function readBy<Shape>(person: PersonKey, path: string): Promise<Shape> {
    const answer = await (await story.as(person))(path);
    if (!answer.ok) throw new Error(`${answer.status} ${path}`);
    return (await answer.json()) as Shape;
  }

  async function seenNow(ticket: string): Promise<Seen> {
    const { generation, severity } = await story.ticket(ticket);
    return { generation, severity };
  }
}

/** In the order of what happened; what one event brought about, in the order in which it names people. */
function byLog(a: Sent, b: Sent): number {
  const numbers = ({ at, id }: Sent) => [at, ...id.split(/[./]/).slice(1).map(Number)];
  const [theirs, others] = [numbers(a), numbers(b)];
  const n = theirs.findIndex((number, index) => number !== others[index]);
  return n < 0 ? 0 : theirs[n]! - (others[n] ?? 0);
}

/** The volume is said where a page is quiet, the contact method where it is not the first. */
function told({ at, person, says, isLoud, method }: Sent, startedAt: number): string {
  const volume = says === 'page' && !isLoud ? ' quietly' : '';
  const by = method === `${person}-1` ? '' : ` (${method})`;
  return `${said(at, startedAt)} ${person} ${says}${volume}${by}`;
}

/** The time in Berlin, with the weekday where it is not the day on which the story began. */
function said(at: number, startedAt: number): string {
  const zone = 'Europe/Berlin';
  const wall = wallAt(at, zone);
  const time = new Date(wall)
    .toISOString()
    .slice(11)
    .replace(/(:00)?\.000Z$|Z$/, '');
  const isSameDay = dateText(dayOf(wall)) === dateText(dayOf(wallAt(startedAt, zone)));
  return isSameDay ? time : `${weekdayOf(dayOf(wall))} ${time}`;
}
