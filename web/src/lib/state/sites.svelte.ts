import { must } from '@rung/domain/base/must.ts';
import type { ReferenceView } from '@rung/protocol/ticket-view.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import { longestReadWaitMs, temporary } from './read-again.ts';
import { useSession } from './session.svelte.ts';
import { held, useThisDevice } from './this-device.svelte.ts';

/** What a report can be about, closer than its site. */
export type Machine = { readonly key: string; readonly name: string; readonly site: string };

/** The sites that a report form offers, read again and again until the server has named them. */
export class Sites {
  #names = $state.raw<ReferenceView['sites'] | null>(null);
  #isLate = $state(false);
  readonly #as = must(useSession().person, 'a form belongs to a person').key;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** null = not read yet. */
  get names(): ReferenceView['sites'] | null {
    return this.#names;
  }

  /** The last try failed, and none worked before. */
  get isLate(): boolean {
    return this.#isLate && this.#names === null;
  }

  /** A client names no machine. */
  get machines(): readonly Machine[] {
    return [];
  }

  async read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isOver = false;
    // Only who has no device asks: nobody else need load it.
    const { asked } = await import('#lib/http/asked.ts');
    const answer = await asked.reference(this.#as);
    this.#isLate = !answer.ok;
    if (answer.ok) {
      this.#failures = 0;
      this.#names = answer.value.sites;
      return;
    }
    const { kind, retryAfterMs } = answer.trouble;
    if (this.#isOver || !temporary.includes(kind)) return;
    this.#failures += 1;
    const wait = nextExchange({ failures: this.#failures, retryAfterMs, lot: Math.random() });
    this.#timer = setTimeout(() => void this.read(), Math.min(longestReadWaitMs, wait));
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

type Named = { readonly key: string; readonly name: string };

const byName = (one: Named, other: Named): number =>
  one.name.localeCompare(other.name) || (one.key < other.key ? -1 : 1);

/** The same, from what this device holds. */
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

  stop(): void {}
}
