import { onReached } from '#lib/http/ask.ts';
import { keep, kept } from './device.ts';

/**
 * Whether the server answers, learned from our own requests: `navigator.onLine` stays true in a cellar with WLAN and
 * no way out.
 */
class Reach {
  /** null = nothing was asked yet. */
  #reached = $state<boolean | null>(null);
  /** When it last answered, to any page of this device; null = it answers, or never did. */
  #lostAt = $state<number | null>(null);

  constructor() {
    onReached((reached) => {
      this.#reached = reached;
      if (reached) keep('heard', String(Date.now()));
      this.#lostAt = reached ? null : (this.#lostAt ?? (Number(kept('heard')) || null));
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
