/** The demo company as it is played in this process (docs/demo.md): what is read, who acts, and when it is looked at next. */

import { must } from '@rung/domain/base/must.ts';
import { accept, refuse } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import { isOpen } from '@rung/domain/ticket/ticket.ts';
import { ulid } from 'ulid';
import { contactMethodsOf } from '../../db/contact-methods.ts';
import { type DemoMark, liveTickets, nextNumber } from '../../db/demo.ts';
import { toTicketRow } from '../../db/tickets.ts';
import type { Transports } from '../../dispatch/transport.ts';
import type { Demo } from '../../http/parts.ts';
import type { Streams } from '../../http/streams.ts';
import type { Outside, Parts } from '../../parts.ts';
import { answers } from './answers.ts';
import { cast, silent } from './cast.ts';
import { chance } from './chance.ts';
import { type Hands, openHands } from './hands.ts';
import { reportThatPages } from './page-me.ts';
import { openPhones, removePhone, simulated } from './phones.ts';
import { firstTickets, ofOwnAccord } from './plan.ts';
import { openVisits } from './visits.ts';
import { type Act, isPlayed, type World } from './world.ts';

const second = 1000;
/** How often somebody does something of his own accord: while a visitor looks, and while nobody does. */
const beatMs = { watched: 6 * second, alone: 60 * second } as const;
/** How long after the last turn the next one comes at the latest. */
const restMs = { watched: 2 * second, alone: 15 * second } as const;
/** Nobody looked for so long: the machine slept, or the server was down. */
const pauseMs = 60 * second;
/** Answers of one turn; a turn takes a second at least. */
const mostAnswers = 3;
/** After which what came to nothing is tried again. */
const againMs = 5 * 60 * second;
/** How often everything is read, and not only what may have changed. */
const readAllEvery = 10 * 60 * second;

export type PlayedDemo = {
  readonly doors: Demo;
  readonly transports: Transports;
  /** Begins: `url` is where it acts. */
  open(url: URL): Promise<void>;
  /** Does what is due now; answers when to do so again. */
  turn(): Promise<Instant>;
  /** Takes turns by itself until it is closed. */
  start(): void;
  close(): Promise<void>;
};

type Given = Pick<Parts, 'db' | 'directory' | 'writer' | 'auth'> &
  Pick<Outside, 'clock' | 'log'> & { readonly streams: Pick<Streams, 'people'> };

export function openDemo(
  mark: DemoMark,
  { db, directory, writer, auth, clock, log, streams }: Given,
): PlayedDemo {
  const startedAt = clock.now();
  const draw = chance(mark.seed + startedAt);
  const visits = openVisits();
  const phones = openPhones({ writer, clock, onShown: () => wake() });
  let hands: Hands | null = null;
  let turnedAt = startedAt;
  let playedSince = startedAt;
  let beatAt = startedAt;
  let from = 0;
  let readAllAt = -Infinity;
  /** What came to nothing, and when it is tried again: nothing else waits for it. */
  const vain = new Map<string, Instant>();
  let timer: NodeJS.Timeout | null = null;
  let settling: Promise<unknown> = Promise.resolve();
  let working: Promise<unknown> = Promise.resolve();
  let isStarted = false;
  let isClosed = false;

  const visited = (): ReadonlySet<string> => visits.now(streams.people, clock.now());

  async function look(): Promise<World> {
    const now = clock.now();
    const isAll = now - readAllAt >= readAllEvery;
    if (isAll) readAllAt = now;
    const [known, rows, heads] = await Promise.all([
      directory.fresh(),
      db.look(liveTickets(db, isAll ? 0 : from)),
      db.look(nextNumber(db)),
    ]);
    const tickets = rows.map((row) => toTicketRow(row));
    // Whatever is older is read again after a while: somebody may have reopened it.
    const oldest = tickets.find(({ ticket }) => isOpen(ticket));
    const next = must(heads[0], 'a head').next;
    from = oldest?.number ?? next;
    return {
      directory: known,
      tickets: tickets.map(({ ticket }) => ticket),
      reported: next - firstNumber,
      visited: visited(),
      playedSince,
    };
  }

  /**
   * Each of ours has his phone, but for a visitor who takes pages in his own browser: it would be asked first, and show
   * what he should see there. One after the other: two at once would give him two.
   */
  function settlePhones(world: Pick<World, 'directory' | 'visited'>): Promise<void> {
    const done = settling.then(() => settleThem(world));
    settling = done.catch(() => undefined);
    return done;
  }

  async function settleThem({
    directory: known,
    visited: theirs,
  }: Pick<World, 'directory' | 'visited'>) {
    const staff = staffOf(known);
    const methods = await db.look(contactMethodsOf(db, staff));
    for (const person of staff) {
      const his = methods.filter((method) => method.person === person);
      const phone = phones.of(person);
      const isThere = ({ id, brokenAt }: (typeof his)[number]): boolean =>
        id === phone?.device && brokenAt === null;
      // A visitor removed it, as any of his devices.
      if (phone !== null && !his.some(isThere)) await phones.takeAway(person);
      const isOwn = his.some(({ kind, brokenAt }) => kind !== simulated && brokenAt === null);
      await (theirs.has(person) && isOwn ? phones.takeAway(person) : phones.give(person));
    }
  }

  /** One act that cannot be done holds up no other. */
  async function doOr(own: Hands, act: Act): Promise<void> {
    let isInVain = true;
    try {
      isInVain = (await own.act(act)).outcome === 'rejected';
    } catch (error) {
      if (!isClosed) log.warn('somebody of the demo could not do a thing', { error });
    }
    if (isInVain) vain.set(nameOf(act), clock.now() + againMs);
  }

  async function turn(): Promise<Instant> {
    const own = must(hands, 'it was opened');
    const now = clock.now();
    if (now - turnedAt >= pauseMs) playedSince = now;
    turnedAt = now;
    await own.tellShown();
    const world = await look();
    await settlePhones(world);
    const first = firstTickets(world, draw, now);
    for (const act of first) await own.act(act);
    if (first.length > 0) return now + second;

    for (const [name, at] of vain) if (at <= now) vain.delete(name);
    const planned = answers(world).filter(({ act }) => !vain.has(nameOf(act)));
    const due = planned.filter(({ at }) => at <= now);
    for (const { act } of due.slice(0, mostAnswers)) await doOr(own, act);
    const pace = world.visited.size > 0 ? 'watched' : 'alone';
    // Whoever comes does not wait for a beat of before.
    beatAt = Math.min(beatAt, now + beatMs[pace]);
    if (now >= beatAt) {
      beatAt = now + beatMs[pace];
      const act = ofOwnAccord(world, draw, now);
      if (act !== null) await own.act(act);
    }
    const answerAt = planned[Math.min(due.length, mostAnswers)]?.at ?? Infinity;
    return Math.max(now + second, Math.min(answerAt, beatAt, now + restMs[pace]));
  }

  /** One after the other, whoever asks for it. */
  function next(): Promise<Instant> {
    const done = working.then(turn);
    working = done.catch(() => undefined);
    return done;
  }

  async function takeTurn(): Promise<void> {
    timer = null;
    let at: Instant;
    try {
      at = await next();
    } catch (error) {
      // It is only played: the next turn looks anew.
      if (!isClosed) log.warn('the demo could not go on; it tries again', { error });
      at = clock.now() + 10 * second;
    }
    turnIn(at - clock.now());
  }

  function turnIn(ms: number): void {
    if (isClosed || timer !== null) return;
    timer = setTimeout(() => void takeTurn(), Math.min(Math.max(ms, 0), restMs.alone));
  }

  /** A phone shows something: its receipt is not to wait. */
  function wake(): void {
    if (!isStarted || isClosed) return;
    working = working.then(() => hands?.tellShown()).catch(() => undefined);
  }

  return {
    transports: new Map([[simulated, phones.transport]]),
    turn: next,
    doors: {
      cast,
      moved(before, after) {
        if (before !== null) visits.left(before);
        visits.came(after, clock.now());
      },
      async phones() {
        const known = await directory.fresh();
        const theirs = visited();
        return staffOf(known).map((person) => ({
          person,
          name: known.person.get(person)?.name ?? person,
          part: partOf(person, known),
          teams: teamsOf(person, known),
          isSilent: person === silent,
          isVisited: theirs.has(person),
          shown: [...phones.shown(person)],
        }));
      },
      async pageMe(person) {
        const now = clock.now();
        visits.came(person, now);
        const known = await directory.fresh();
        const world = { directory: known, visited: visited() };
        const isReporter = (one: string) =>
          isPlayed(one, { ...world, tickets: [], reported: 0, playedSince });
        const found = reportThatPages(person, staffOf(known).filter(isReporter), known, now);
        if (found === null || hands === null) return refuse('not-paged');
        await settlePhones(world);
        const command = { name: 'report', args: { ...found.args, ticket: ulid(now) } } as const;
        const { ticket } = await hands.act({ person: found.person, command, agoMs: 0, page: null });
        return ticket === null
          ? refuse('not-paged')
          : accept({ ticket: ticket.id, number: ticket.number });
      },
    },

    async open(url) {
      hands = openHands({ auth, clock, phones, url });
      const known = await directory.fresh();
      const left = await db.look(contactMethodsOf(db, [...known.person.keys()]));
      for (const { id, person, kind } of left) {
        if (kind === simulated) await removePhone(writer, person, id, clock.now());
      }
      await settlePhones({ directory: known, visited: visited() });
    },

    start() {
      isStarted = true;
      turnIn(0);
    },

    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await working;
    },
  };
}

/** What is planned of a ticket is planned the same in the next turn. */
function nameOf({ person, command, page }: Act): string {
  return `${person} ${command.name} ${page ?? command.args.ticket}`;
}

/** What people call the first ticket by. */
const firstNumber = 1001;

/** Who is paged: everybody of ours. */
function staffOf(known: Directory): readonly string[] {
  return [...known.person.keys()].filter((key) => enabledPerson(known, key)?.client === null);
}

function teamsOf(person: string, { team }: Directory): string[] {
  return [...team.values()]
    .filter(({ members, lead }) => members.includes(person) || lead === person)
    .map(({ name }) => name);
}

/** Who is not offered is what his rights make him. */
function partOf(person: string, known: Directory): Demo['cast'][number]['part'] {
  const offered = cast.find(({ key }) => key === person);
  if (offered !== undefined) return offered.part;
  const roles = known.person.get(person)?.roles ?? [];
  if (roles.includes('manager')) return 'manager';
  if (roles.includes('dispatcher')) return 'dispatcher';
  return [...known.team.values()].some(({ lead }) => lead === person) ? 'lead' : 'technician';
}
