import type { ReferenceView } from '@rung/protocol/ticket-view.ts';
import { held, useThisDevice } from './this-device.svelte.ts';

/** What a report can be about, closer than its site. */
export type Machine = { readonly key: string; readonly name: string; readonly site: string };

type Named = { readonly key: string; readonly name: string };

const byName = (one: Named, other: Named): number =>
  one.name.localeCompare(other.name) || (one.key < other.key ? -1 : 1);

/** The sites that a report form offers, and the machines at them, from what this device holds. */
export class HeldSites {
  readonly #refs = held(() => (reading) => reading.refs('site'));
  readonly #device = useThisDevice();
  readonly #names = $derived.by(() => {
    const refs = this.#refs.value;
    // Nothing at all is here yet, or the company has no site.
    if (refs === undefined || (refs.length === 0 && !this.#device()?.isComplete)) return null;
    return refs
      .map(({ key, item }) => ({ key, name: String(item['name']), client: String(item['client']) }))
      .sort(byName);
  });
  readonly #assets = held(() => (reading) => reading.refs('asset'));
  readonly #machines = $derived(
    this.#assets.value
      ?.map(({ key, item }) => ({ key, name: String(item['name']), site: String(item['site']) }))
      .sort(byName),
  );

  get names(): ReferenceView['sites'] | null {
    return this.#names;
  }

  /** By name; undefined = not read yet. */
  get machines(): readonly Machine[] | undefined {
    return this.#machines;
  }

  get isLate(): boolean {
    return this.names === null && this.#device()?.talking.kind === 'held';
  }

  read(): void {
    this.#device()?.sendNow();
  }
}
