import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { openPhases, type Phase } from '@rung/domain/ticket/ticket.ts';
import { Dexie } from 'dexie';
import type { PersonDatabase } from './database.ts';
import {
  newMeta,
  type Entry,
  type HeldDesk,
  type HeldEvent,
  type HeldFile,
  type HeldPage,
  type HeldRef,
  type HeldTicket,
  type Pending,
  type Problem,
  type Settled,
  type Standing,
  type WholeTicket,
} from './rows.ts';
import { entriesOf, partsOf } from './shelf.ts';

export type Asked = {
  /** Only these. */
  readonly phases?: readonly Phase[];
  /** Only tickets whose id is below it: the next ones of a list. */
  readonly before?: string;
  readonly most?: number;
};

/** What a screen may ask. Nothing here changes anything. */
export type Reading = {
  ticket(id: string): Promise<HeldTicket | null>;
  /** In the order of the ids; null = not here. */
  ticketsBy(ids: readonly string[]): Promise<readonly (HeldTicket | null)[]>;
  /** The newest first (an id begins with the time it was made). */
  tickets(asked?: Asked): Promise<readonly HeldTicket[]>;
  /** Of one moment, in one transaction: each is a way there and back, and a tap waits for it. null = not here. */
  whole(id: string): Promise<WholeTicket | null>;
  /** The open tickets, one of them whole, and whether something of that one was refused: of one moment, too. */
  desk(id: string | null): Promise<HeldDesk>;
  /** By number, what waits last. Fewer entries than the ticket's `seq`: the device holds only a part (closed, no room). */
  timeline(ticket: string): Promise<readonly Entry[]>;
  /** All pages of one person. */
  pagesOf(person: string): Promise<readonly HeldPage[]>;
  /** Pictures whose bytes the server lacks, of one ticket or of all, the oldest first. */
  files(ticket?: string): Promise<readonly HeldFile[]>;
  /** The bytes of such a picture; null = they are not here. */
  bytes(file: string): Promise<readonly ArrayBuffer[] | null>;
  ref(kind: string, key: string): Promise<HeldRef | null>;
  /** By key. */
  refs(kind: string): Promise<readonly HeldRef[]>;
  /** By id. */
  outbox(): Promise<readonly Pending[]>;
  /** By uid. */
  settled(uid: string): Promise<Settled | null>;
  /** What the server took since then, by its clock; the last first. */
  arrived(since: number): Promise<readonly Settled[]>;
  /** Those refused first come first. */
  problems(): Promise<readonly Problem[]>;
  standing(): Promise<Standing>;
};

export function readingOf(database: PersonDatabase): Reading {
  const { ticket, event, page, ref, outbox, settled, problem, meta, file } = database;
  const reading: Reading = {
    ticket: async (id) => (await ticket.get(id)) ?? null,
    ticketsBy: async (ids) => (await ticket.bulkGet([...ids])).map((row) => row ?? null),
    async tickets({ phases, before, most = Number.POSITIVE_INFINITY } = {}) {
      if (phases === undefined) {
        const all = before === undefined ? ticket.toCollection() : ticket.where('id').below(before);
        return (most === Number.POSITIVE_INFINITY ? all : all.reverse().limit(most))
          .toArray()
          .then(newestFirst);
      }
      // All of a phase are one request of the database; some of several are a request each.
      if (before === undefined && most === Number.POSITIVE_INFINITY) {
        const each = phases.map((phase) => ticket.where('state.phase').equals(phase).toArray());
        return newestFirst((await Promise.all(each)).flat());
      }
      const ids = await ticket.where('state.phase').anyOf(phases).primaryKeys();
      const asked = ids.filter((id) => before === undefined || id < before).sort();
      const rows = await ticket.bulkGet(asked.slice(Math.max(0, asked.length - most)));
      return newestFirst(rows.filter((row) => row !== undefined));
    },
    whole: (id) =>
      database.transaction('r', [ticket, event, page, file], async () => {
        const [row, events, pages, files] = await Promise.all([
          ticket.get(id),
          entriesOf(database, id).toArray(),
          page.where('ticket').equals(id).toArray(),
          file.where('ticket').equals(id).toArray(),
        ]);
        if (row === undefined) return null;
        return { ticket: row, entries: told(row, events), pages, files: oldestFirst(files) };
      }),
    desk: (id) =>
      database.transaction('r', [ticket, event, page, file, problem], async () => {
        const [tickets, whole, refused] = await Promise.all([
          reading.tickets({ phases: openPhases }),
          id === null ? null : reading.whole(id),
          id === null ? 0 : problem.filter((one) => one.ticket === id).count(),
        ]);
        return { tickets, whole, isRefused: refused > 0 };
      }),
    async timeline(id) {
      const [events, row] = await Promise.all([entriesOf(database, id).toArray(), ticket.get(id)]);
      return told(row, events);
    },
    pagesOf: (person) => page.where('person').equals(person).toArray(),
    async files(of) {
      const found = of === undefined ? file.toCollection() : file.where('ticket').equals(of);
      return oldestFirst(await found.toArray());
    },
    async bytes(id) {
      const [held, parts] = [await file.get(id), await partsOf(database, id).toArray()];
      return held?.parts === parts.length ? parts.map(({ bytes }) => bytes) : null;
    },
    ref: async (kind, key) => (await ref.get([kind, key])) ?? null,
    refs: (kind) =>
      ref.where('[kind+key]').between([kind, Dexie.minKey], [kind, Dexie.maxKey]).toArray(),
    outbox: () => outbox.toCollection().toArray(),
    settled: async (uid) => (await settled.get(uid)) ?? null,
    async arrived(since) {
      const all = await settled
        .where('settledAt')
        .aboveOrEqual(since)
        .reverse()
        .sortBy('settledAt');
      return all.filter(
        ({ outcome, isWithdrawn }) =>
          isWithdrawn !== true && (outcome === 'applied' || outcome === 'noop'),
      );
    },
    async problems() {
      const all = await problem.toCollection().toArray();
      return all.sort((one, other) => one.refusedAt - other.refusedAt || one.at - other.at);
    },
    async standing() {
      const { device, offset, lastAt, isComplete } = (await meta.get('device')) ?? newMeta;
      return { device, offset, lastAt, isComplete };
    },
  };
  return reading;
}

/** What the server sent, what it took by another door, and what waits, in this order. */
function told(row: HeldTicket | undefined, sent: readonly HeldEvent[]): readonly Entry[] {
  const { waiting = [], heard = [] } = row ?? {};
  const as = (isWaiting: boolean) => (event: TicketEvent) => ({ event, isWaiting });
  return [
    ...[...sent.map(({ event }) => event), ...heard.flatMap(({ events }) => events)].map(as(false)),
    ...waiting.flatMap(({ events }) => events).map(as(true)),
  ];
}

function oldestFirst(files: readonly HeldFile[]): readonly HeldFile[] {
  return [...files].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function newestFirst(rows: readonly HeldTicket[]): readonly HeldTicket[] {
  return [...rows].sort((one, other) => (one.id < other.id ? 1 : -1));
}
