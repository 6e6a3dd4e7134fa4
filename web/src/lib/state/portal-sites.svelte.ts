import type { ReferenceView } from '@rung/protocol/ticket-view.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import { portal } from '#lib/http/portal.ts';
import { reader } from './portions.ts';
import { longestReadWaitMs, temporary } from './read-again.ts';

/** The places that a client's form offers, his own, read again and again until the server has named them. */
export class PortalSites {
  #names = $state.raw<ReferenceView['sites'] | null>(null);
  #isLate = $state(false);
  readonly #as = reader();
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

  async read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isOver = false;
    const answer = await portal.sites(this.#as);
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
