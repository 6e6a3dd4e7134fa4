import type { Instant } from '@rung/domain/base/time.ts';
import type { Draft } from '@rung/sync/draft.ts';
import { Dexie, type Table } from 'dexie';
import type { PersonDatabase } from './database.ts';
import {
  newMeta,
  type Base,
  type FilePart,
  type HeldEvent,
  type HeldFile,
  type HeldPage,
  type HeldRef,
  type HeldTicket,
  type Meta,
  type Pending,
  type Problem,
  type Settled,
} from './rows.ts';

/** Rows of one kind inside one transaction. */
export type Shelf<Row, Key> = {
  get(key: Key): Promise<Row | undefined>;
  /** In the order of the keys. */
  many(keys: readonly Key[]): Promise<readonly (Row | undefined)[]>;
  /** By key. */
  all(): Promise<readonly Row[]>;
  put(rows: readonly Row[]): Promise<unknown>;
  drop(keys: readonly Key[]): Promise<unknown>;
  clear(): Promise<unknown>;
};

/** All that one read-write transaction may touch. Inside it, wait for nothing else. */
export type Writing = {
  readonly ticket: Shelf<HeldTicket, string>;
  readonly base: Shelf<Base, string>;
  readonly event: Shelf<HeldEvent, readonly [string, number]>;
  readonly page: Shelf<HeldPage, string>;
  readonly ref: Shelf<HeldRef, readonly [string, string]>;
  readonly outbox: Shelf<Pending, number>;
  readonly settled: Shelf<Settled, string>;
  readonly problem: Shelf<Problem, string>;
  readonly draft: Shelf<Draft, string>;
  readonly file: Shelf<HeldFile, string>;
  readonly part: Shelf<FilePart, readonly [string, number]>;
  meta(): Promise<Meta>;
  setMeta(meta: Meta): Promise<unknown>;
  /** Whether this command was taken here before. */
  pendingOf(uid: string): Promise<Pending | undefined>;
  eventsOf(ticket: string): Promise<readonly HeldEvent[]>;
  /** Those that a scope of these holds. */
  ticketsIn(scopes: readonly string[]): Promise<readonly HeldTicket[]>;
  /** Events and pages of these tickets; of events only those above `seq`. */
  dropChildren(tickets: readonly string[], seq?: number): Promise<void>;
  filesOf(ticket: string): Promise<readonly HeldFile[]>;
  /** With their bytes. */
  dropFiles(files: readonly string[]): Promise<void>;
  reportProblems(): Promise<readonly Problem[]>;
  forgetSettledBefore(at: Instant): Promise<unknown>;
  /** Takes away everything of a round before this one; costs a look at every row. */
  sweep(round: number): Promise<void>;
  /** Takes away everything, words too. An exchange that is under way writes no more. */
  clear(): Promise<void>;
};

/** All of one ticket's entries. */
export function entriesOf({ event }: PersonDatabase, ticket: string, above = 0) {
  return event
    .where('[ticket+seq]')
    .between([ticket, above], [ticket, Dexie.maxKey], above === 0, true);
}

/** The bytes of a picture, in order. */
export function partsOf({ file_part }: PersonDatabase, file: string) {
  return file_part.where('[file+n]').between([file, Dexie.minKey], [file, Dexie.maxKey]);
}

export function writingOf(database: PersonDatabase): Writing {
  const { ticket, base, event, page, ref, outbox, settled, problem, meta, draft, file } = database;

  async function dropChildren(tickets: readonly string[], seq = 0): Promise<void> {
    for (const id of tickets) await entriesOf(database, id, seq).delete();
    if (seq === 0) await page.where('ticket').anyOf(tickets).delete();
  }

  return {
    ticket: shelf(ticket),
    base: shelf(base),
    event: shelf(event),
    page: shelf(page),
    ref: shelf(ref),
    outbox: shelf(outbox),
    settled: shelf(settled),
    problem: shelf(problem),
    draft: shelf(draft as Table<Draft, string>),
    file: shelf(file),
    part: shelf(database.file_part),
    meta: async () => (await meta.get('device')) ?? newMeta,
    setMeta: (next) => meta.put(next),
    pendingOf: (uid) => outbox.where('uid').equals(uid).first(),
    eventsOf: (id) => entriesOf(database, id).toArray(),
    ticketsIn: (scopes) => ticket.where('scopes').anyOf(scopes).distinct().toArray(),
    dropChildren,
    filesOf: (id) => file.where('ticket').equals(id).toArray(),
    async dropFiles(files) {
      await file.bulkDelete([...files]);
      for (const id of files) await partsOf(database, id).delete();
    },
    reportProblems: () => problem.filter(({ command }) => command.name === 'report').toArray(),
    forgetSettledBefore: (at) => settled.where('settledAt').below(at).delete(),
    async sweep(round) {
      const isStale = (row: { readonly round: number }): boolean => row.round < round;
      const stale = await ticket.filter(isStale).primaryKeys();
      await ticket.bulkDelete(stale);
      await dropChildren(stale);
      for (const table of [event, page, ref] as const) {
        await (table as Table<{ readonly round: number }>).filter(isStale).delete();
      }
    },
    async clear() {
      const { turn } = (await meta.get('device')) ?? newMeta;
      for (const table of database.tables) await table.clear();
      await meta.put({ ...newMeta, turn: turn + 1 });
    },
  };
}

/** What is empty is not even begun: most portions have rows of few kinds. */
function shelf<Row, Key>(table: Table<Row, Key>): Shelf<Row, Key> {
  return {
    get: (key) => table.get(key),
    many: async (keys) => (keys.length === 0 ? [] : table.bulkGet([...keys])),
    all: () => table.toCollection().toArray(),
    put: async (rows) => (rows.length === 0 ? undefined : table.bulkPut([...rows])),
    drop: async (keys) => (keys.length === 0 ? undefined : table.bulkDelete([...keys])),
    clear: () => table.clear(),
  };
}
