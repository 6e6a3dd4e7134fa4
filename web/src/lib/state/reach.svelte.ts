import { onReached } from '#lib/http/ask.ts';

/**
 * Whether the server answers, learned from our own requests: `navigator.onLine` stays true in a cellar with WLAN and
 * no way out.
 */
class Reach {
  /** null = nothing was asked yet. */
  #reached = $state<boolean | null>(null);
  /** When it stopped answering; null = it answers. */
  #lostAt = $state<number | null>(null);

  constructor() {
    onReached((reached) => {
      this.#reached = reached;
      this.#lostAt = reached ? null : (this.#lostAt ?? Date.now());
    });
  }

  get isLost(): boolean {
    return this.#reached === false;
  }

  get lostAt(): number | null {
    return this.#lostAt;
  }
}

export const reach = new Reach();
