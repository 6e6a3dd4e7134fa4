/** A world for tests: one ticket, its people and a clock that only moves when told. Stories written with it read aloud. */

import { must } from '../base/must.ts';
import type { Instant } from '../base/time.ts';
import { dateText, dayOf, wallAt, weekdayOf } from '../calendar/wall-time.ts';
import type { Directory, Items, Kind, Severity } from '../directory/directory.ts';
import { type Message, messagesFor } from '../paging/message.ts';
import type { Log } from '../ticket/append.ts';
import type { Command, Report, Seen } from '../ticket/commands.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { fold } from '../ticket/evolve.ts';
import { nextDue } from '../ticket/next-due.ts';
import { pageOf, type Ticket } from '../ticket/ticket.ts';
import { carryOut, giveUpPage, letTimePass } from './carry-out.ts';
import { company, edited } from './test-company.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A Monday at 10:00 in Berlin. Mara is on call. */
export const monday = Date.parse('2026-03-02T09:00:00Z');

/** What one command or one deadline did. */
export type Happened = {
  readonly before: Ticket | null;
  readonly added: readonly TicketEvent[];
  readonly after: Ticket;
  readonly now: Instant;
};

/** Far more than can follow from one another at one instant: three laps, the fallback, what is asked anew. */
const mostAtOnce = 50;

export type World = ReturnType<typeof newWorld>;

/** A world in which nothing was reported yet. `watch` sees everything that happens, in order. */
export function newWorld({
  at = monday,
  directory = company,
  watch = () => undefined,
}: {
  readonly at?: Instant;
  readonly directory?: Directory;
  readonly watch?: (happened: Happened) => void;
} = {}) {
  let now = at;
  let known = directory;
  let events: readonly TicketEvent[] = [];
  let log: Log = { ticket: null, seq: 0, added: [] };
  let messages: readonly Message[] = [];
  let uids = 0;

  const ticket = (): Ticket => must(log.ticket, 'nothing was reported');
  const context = () => ({ directory: known, now });
  const due = () => (log.ticket === null ? null : nextDue(log.ticket));

  /** The log grew. Folded anew from how it is stored, it must be what is kept (invariant 5). */
  function keep(next: Log): void {
    const { added } = next;
    if (added.length === 0) return;
    const before = log.ticket;
    const after = must(next.ticket, 'a log with events folds to a ticket');
    events = [...events, ...added];
    const again = JSON.stringify(fold(JSON.parse(JSON.stringify(events))));
    if (again !== JSON.stringify(after)) throw new Error(`the log folds to ${again}`);
    messages = [...messages, ...messagesFor(before, added, after)];
    log = { ...next, added: [] };
    watch({ before, added, after, now });
  }

  /** Whatever is due now. */
  function settle(): void {
    for (let n = 0; isDue(due(), now); n += 1) {
      if (n === mostAtOnce) throw new Error('something is always due');
      const next = letTimePass({ ...log, ticket: ticket() }, context());
      if (next.added.length === 0) throw new Error('it is due, and nothing happens');
      keep(next);
    }
  }

  function send(person: string, command: Command, actedAt: Instant): string | null {
    const doer = { key: person, person: must(known.person.get(person), person) };
    const acted = { uid: `u${(uids += 1)}`, command, doer, actedAt, claimedAt: actedAt };
    const result = carryOut(log, acted, context());
    if (!result.ok) return result.refusal.kind;
    keep(result.value.log);
    settle();
    return result.value.code;
  }

  /** What a person can do, each with the code of the answer: by what he sees, at the moment when he acts. */
  function doing(person: string, saw: () => { seen: Seen; pages: Ticket['pages']; at: Instant }) {
    const to = <Name extends Command['name']>(
      name: Name,
      args: Omit<(Command & { name: Name })['args'], 'ticket' | 'seen'>,
    ) => {
      const { seen, at } = saw();
      return send(person, { name, args: { ...args, ticket: ticket().id, seen } } as Command, at);
    };
    return {
      acknowledge: () => to('acknowledge', {}),
      decline: () => to('decline', { page: pageOf(saw(), person)?.id ?? 'none' }),
      release: () => to('release', {}),
      progress: () => to('progress', { note: 'it drips' }),
      comment: (note = 'we are on it') => to('comment', { note }),
      rates: (severity: Severity) => to('change-severity', { severity, reason: 'as it is' }),
      transfer: (team: string, note = 'tried: a reset') => to('transfer', { team, note }),
      resolve: () => to('resolve', { resolution: 'a new seal' }),
      close: () => to('close', {}),
      reopen: () => to('reopen', { reason: 'it drips again' }),
    };
  }

  function sight() {
    const { generation, severity, pages } = ticket();
    return { seen: { generation, severity }, pages, at: now };
  }

  return {
    ticket,
    context,
    now: () => now,
    log: () => events,
    due,

    /** A report by Nils, unless it says something else. */
    report(said: Partial<Report['args']> = {}, by = 'nils', at = now): string | null {
      return send(by, { name: 'report', args: { ...plain, ...said } }, at);
    },

    /** The person acts now, and sees the ticket as it is. */
    as: (person: string) => doing(person, sight),

    /** The person acts now, but his phone has no net: what he does arrives when it is called. */
    offline(person: string) {
      const saw = sight();
      return doing(person, () => saw);
    },

    /** Time passes, deadline by deadline. */
    forward(ms: number): void {
      const until = now + ms;
      for (let next = due(); isDue(next, until); next = due()) {
        now = Math.max(now, next);
        settle();
      }
      now = until;
    },

    /** Time passes, and nobody looks: what is due meanwhile waits for the next command or `forward`. */
    serverIsDown(ms: number): void {
      now += ms;
    },

    clockIsPutBack(ms: number): void {
      now -= ms;
    },

    /** No contact method of the person brought a sign of him. */
    cannotReach(person: string): void {
      const page = pageOf(ticket(), person)?.id ?? 'none';
      keep(giveUpPage({ ...log, ticket: ticket() }, page, context()));
      settle();
    },

    edit<K extends Kind>(kind: K, key: string, change: Partial<Items[K]>): void {
      known = edited(known, kind, key, change);
      // As the server does for what somebody owns who was disabled.
      if (log.ticket !== null) keep(letTimePass({ ...log, ticket: ticket() }, context()));
    },

    /** Who was told what and when since this was asked last: "10:05 lena page". */
    heard(): readonly string[] {
      const lately = messages.map((message) => told(message, events, at));
      messages = [];
      return lately;
    },
  };
}

const plain: Report['args'] = {
  ticket: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1',
  type: 'incident',
  severity: 'S2',
  title: 'pump 3 leaks',
  description: '',
  site: null,
  asset: null,
  category: null,
  team: null,
  take: false,
};

function isDue(at: Instant | null, now: Instant): at is Instant {
  return at !== null && at <= now;
}

/** The weekday is said where it is another day than the first one. */
function told({ id, person, says, isLoud }: Message, log: readonly TicketEvent[], start: Instant) {
  const seq = Number(id.split('.')[1]);
  const at = must(log[seq - 1], id).recordedAt;
  const zone = 'Europe/Berlin';
  const wall = wallAt(at, zone);
  const isSameDay = dateText(dayOf(wall)) === dateText(dayOf(wallAt(start, zone)));
  const time = new Date(wall).toISOString().slice(11, 19).replace(/:00$/, '');
  const volume = says === 'page' && !isLoud ? ' quietly' : '';
  return `${isSameDay ? '' : `${weekdayOf(dayOf(wall))} `}${time} ${person} ${says}${volume}`;
}
