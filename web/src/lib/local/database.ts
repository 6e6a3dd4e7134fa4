import type { Draft } from '@rung/sync/draft.ts';
import { Dexie, type EntityTable, type Table } from 'dexie';
import type {
  Base,
  FilePart,
  HeldEvent,
  HeldFile,
  HeldPage,
  HeldRef,
  HeldTicket,
  Meta,
  Pending,
  Problem,
  Settled,
} from './rows.ts';

/** Where databases are; a test opens several devices in one process. */
export type Engine = {
  readonly indexedDB: IDBFactory;
  readonly IDBKeyRange: typeof globalThis.IDBKeyRange;
};

/** Everything that one person keeps on this device. Nobody outside this room knows its tables. */
export class PersonDatabase extends Dexie {
  declare readonly draft: EntityTable<Draft, 'ticket'>;
  declare readonly ticket: Table<HeldTicket, string>;
  declare readonly base: Table<Base, string>;
  declare readonly event: Table<HeldEvent, [string, number]>;
  declare readonly page: Table<HeldPage, string>;
  declare readonly ref: Table<HeldRef, [string, string]>;
  declare readonly outbox: Table<Pending, number>;
  declare readonly settled: Table<Settled, string>;
  declare readonly problem: Table<Problem, string>;
  declare readonly file: Table<HeldFile, string>;
  declare readonly file_part: Table<FilePart, [string, number]>;
  declare readonly meta: Table<Meta, string>;

  constructor(person: string, engine?: Engine) {
    // Strict: what was said to be kept is on the disk, not in a buffer that dies with the battery.
    // Dexie's cache is kept by name, and would be one for all devices of a person that a test opens.
    super(`rung-${person}`, {
      chromeTransactionDurability: 'strict',
      cache: 'disabled',
      ...engine,
    });
    this.version(1).stores({ draft: 'ticket' });
    // At most two secondary indexes each: every one is paid for at every write. A settled command is kept by its uid,
    // because a new device counts its ids from 1 again.
    this.version(2).stores({
      draft: 'ticket',
      ticket: 'id, state.phase, *scopes',
      base: 'id',
      event: '[ticket+seq]',
      page: 'id, ticket',
      ref: '[kind+key]',
      outbox: 'id, uid',
      settled: 'uid, settledAt',
      problem: 'uid',
      meta: 'name',
    });
    this.version(3).stores({
      page: 'id, ticket, person',
      file: 'id, ticket',
      file_part: '[file+n]',
    });
    // Another tab upgrades or deletes it: let go, so that nobody waits for us. Dexie opens it again when asked. `false`
    // keeps Dexie from doing the same with a warning.
    this.on('versionchange', () => {
      this.close({ disableAutoOpen: false });
      return false;
    });
  }
}
