import { createSubscriber } from 'svelte/reactivity';

/** The device's time, ms: what reads it in a template is drawn anew each second. Stands still while nobody looks. */
class Clock {
  readonly #subscribe = createSubscriber((update) => {
    const ticking = setInterval(update, 1000);
    return () => clearInterval(ticking);
  });

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
