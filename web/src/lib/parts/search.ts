import { isOpen } from '@rung/domain/ticket/ticket.ts';
import { createSubscriber } from 'svelte/reactivity';
import type { HeldTicket, ThisDevice } from '#lib/state/this-device.svelte.ts';
import { SearchIndex, type Found } from './search-index.ts';
import { findableOf, saidOf, type Naming } from './search-ticket.ts';

type Device = Pick<ThisDevice, 'read'>;

/** Rows that are read at once, and timelines. */
const rowsAtOnce = 250;
const timelinesAtOnce = 20;
/** Work is put down after so long, ms, so that a key that was pressed meanwhile is heard. */
const turnMs = 8;

/** A search over all tickets that this device holds. Its index is built once, in small turns, and follows what changes. */
export class Search {
  readonly #device: Device;
  readonly #index = new SearchIndex();
  readonly #rows = new Map<string, HeldTicket>();
  readonly #said = new Map<string, string>();
  #name: Naming = (_, key) => key;
  #isOver = false;
  #isRead = false;
  #tell: () => void = () => {};
  /** What asks it on a screen asks anew whenever the index changed. */
  readonly #subscribe = createSubscriber((update) => {
    this.#tell = update;
  });

  constructor(device: Device) {
    this.#device = device;
  }

  /** How many tickets it has read. */
  get size(): number {
    this.#subscribe();
    return this.#rows.size;
  }

  /** True once all of them are. */
  get isRead(): boolean {
    this.#subscribe();
    return this.#isRead;
  }

  /** The best first; see `SearchIndex.ask`. Follows what is read and what changes. */
  ask(typed: string): readonly (Found & { readonly ticket: HeldTicket; readonly said: string })[] {
    this.#subscribe();
    return this.#index.ask(typed).flatMap((found) => {
      const ticket = this.#rows.get(found.id);
      return ticket === undefined
        ? []
        : [{ ...found, ticket, said: this.#said.get(found.id) ?? '' }];
    });
  }

  /** Reads everything, the newest first; once. Then what was said of open tickets, too. @throws when it cannot be read. */
  async read(name: Naming): Promise<void> {
    this.#name = name;
    let before: string | undefined;
    for (;;) {
      const from = before;
      const rows = await this.#device.read((reading) =>
        reading.tickets({ most: rowsAtOnce, ...(from === undefined ? {} : { before: from }) }),
      );
      await this.#inTurns(rows, (row) => this.#put(row));
      before = rows.at(-1)?.id;
      if (this.#isOver || rows.length < rowsAtOnce) break;
    }
    this.#isRead = true;
    this.#tell();
    await this.#readTimelines();
  }

  /** What the list of open tickets shows now: whatever of it is new is searched anew. */
  follow(open: readonly HeldTicket[]): void {
    const changed = open.filter((row) => this.#rows.get(row.id) !== row);
    if (!this.#isRead || changed.length === 0) return;
    void this.#inTurns(changed, (row) => this.#put(row));
  }

  stop(): void {
    this.#isOver = true;
  }

  #put(row: HeldTicket): void {
    this.#rows.set(row.id, row);
    this.#index.put(findableOf(row, this.#name, this.#said.get(row.id) ?? ''));
  }

  async #readTimelines(): Promise<void> {
    const open = [...this.#rows.values()].filter(({ state }) => isOpen(state));
    for (let from = 0; from < open.length && !this.#isOver; from += timelinesAtOnce) {
      const some = open.slice(from, from + timelinesAtOnce);
      const timelines = await this.#device.read((reading) =>
        Promise.all(some.map(({ id }) => reading.timeline(id))),
      );
      const news = some.flatMap(({ id }, n) => {
        const said = saidOf(timelines[n] ?? []);
        if (said !== '') this.#said.set(id, said);
        return said === '' ? [] : [id];
      });
      await this.#inTurns(news, (id) => {
        const row = this.#rows.get(id);
        if (row !== undefined) this.#put(row);
      });
    }
  }

  async #inTurns<One>(all: readonly One[], work: (one: One) => void): Promise<void> {
    let until = performance.now() + turnMs;
    for (const one of all) {
      if (this.#isOver) return;
      work(one);
      if (performance.now() < until) continue;
      await new Promise(requestAnimationFrame);
      until = performance.now() + turnMs;
    }
    this.#tell();
  }
}
