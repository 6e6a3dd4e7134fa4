/**
 * Keeps one person's device and the server together: talks at once when something was done here, when the browser is
 * online or looked at again, when the server says that something changed, and once a minute; after a failure with a wait
 * that grows (next-exchange.ts). Tabs take turns.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Language } from '@rung/domain/directory/directory.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import type { Local } from '../local/local.ts';
import type * as Aside from './aside.ts';
import { exchange, type Exchanged, type World } from './exchange.ts';
import { unreachable, type NoAnswer } from './problem-answer.ts';

/** As a belt, where no poke arrives. */
export const pollMs = 60_000;
/** Whoever overtook us may give up: not long after, we look, ms; and once more as long by lot, for two may overtake each other. */
export const overtakenMs = 2000;
/** Exchanges in one go. More than any outbox needs; then somebody else may have a turn. */
const mostInOneGo = 500;

/**
 * Why the device and the server are not together. `sign-in`, `revoked`, `upgrade` wait for a person, not for a time; only an
 * answer to a page is tried again meanwhile.
 */
export type Why =
  | 'unreachable'
  | 'busy'
  | 'broken'
  | 'sign-in'
  | 'revoked'
  | 'upgrade'
  /** This device keeps nothing, or no more. */
  | 'storage';

export type Talking =
  | { readonly kind: 'idle' | 'talking'; readonly lastAt: Instant | null }
  | {
      readonly kind: 'held';
      readonly why: Why;
      /** When it tries by itself; null = not before somebody did something. */
      readonly nextAt: Instant | null;
      /** When they were last together, by the device's clock. */
      readonly lastAt: Instant | null;
    };

export type Around = World & {
  /** Spoken here. */
  language(): Language;
  lot(): number;
  /** Runs when no other tab does. */
  alone<Value>(run: () => Promise<Value>): Promise<Value>;
  /** Something was thrown: a defect, or a disk that takes nothing. */
  defect(cause: unknown): void;
};

type Held = {
  readonly why: Why;
  readonly retryAfterMs: number | null;
  /** Somebody is woken until an answer arrives that could go by another door, and did not yet. */
  readonly isUrgent?: boolean;
};

export class SyncLoop {
  readonly #local: Local;
  readonly #around: Around;
  readonly #tell: (talking: Talking) => void;
  #failures = 0;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #lastAt: Instant | null = null;
  #cancel: (() => void) | null = null;

  constructor(local: Local, around: Around, tell: (talking: Talking) => void) {
    this.#local = local;
    this.#around = around;
    this.#tell = tell;
  }

  /** Talks now, or once more after the exchange that is under way. Resolves when nothing is under way. */
  kick(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#again = true;
    this.#running ??= this.#rounds();
    return this.#running;
  }

  /** No exchange begins any more. Resolves when none is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  async #rounds(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      let held: Held | 'overtaken' | null;
      try {
        held = await this.#around.alone(() => this.#everything());
      } catch (cause) {
        this.#around.defect(cause);
        held = { why: 'storage', retryAfterMs: null };
      }
      if (!this.#stopped) this.#end(held);
    }
    // In the same turn as the last look at the flag: whoever comes next starts anew.
    this.#running = null;
  }

  #end(held: Held | 'overtaken' | null): void {
    this.#cancel?.();
    this.#cancel = null;
    const lastAt = this.#lastAt;
    if (held === null || held === 'overtaken') {
      this.#failures = 0;
      this.#tell({ kind: 'idle', lastAt });
      this.#wait(held === null ? pollMs : overtakenMs * (1 + this.#around.lot()));
      return;
    }
    const { why, retryAfterMs, isUrgent } = held;
    // This page's device is gone; the next page begins as another one.
    if (why === 'revoked') this.#stopped = true;
    if (isUrgent !== true && (why === 'sign-in' || why === 'revoked' || why === 'upgrade')) {
      this.#tell({ kind: 'held', why, nextAt: null, lastAt });
      return;
    }
    this.#failures += 1;
    const lot = this.#around.lot();
    const wait = nextExchange({ failures: this.#failures, retryAfterMs, lot });
    this.#tell({ kind: 'held', why, nextAt: this.#around.now() + wait, lastAt });
    this.#wait(wait);
  }

  #wait(ms: number): void {
    this.#cancel = this.#around.later(ms, () => void this.kick());
  }

  /** And where the server is there and takes no exchange, answers to pages go by their own doors. */
  async #everything(): Promise<Held | 'overtaken' | null> {
    const held = await this.#together();
    if (held === null || held === 'overtaken') return held;
    if (held.why === 'unreachable' || held.why === 'revoked') return held;
    const left = await rare(({ answerByDoors }) => answerByDoors(this.#local, this.#around));
    return left ? { ...held, isUrgent: true } : held;
  }

  /** Exchanges until nothing waits any more (null), or something is in the way. */
  async #together(): Promise<Held | 'overtaken' | null> {
    let isStuck = false;
    let registrations = 0;
    let gaps = 0;
    for (let n = 0; n < mostInOneGo && !this.#stopped; n++) {
      this.#tell({ kind: 'talking', lastAt: this.#lastAt });
      let answer: Exchanged | NoAnswer = await exchange(this.#local, this.#around);
      if (answer.kind === 'gap') {
        const { last } = answer;
        // A gap that is said again though it was filled is none that can be.
        const isFilled =
          gaps++ === 0 ? await rare(({ takeGap }) => takeGap(this.#local, last)) : false;
        if (isFilled === true) continue;
        answer = isFilled === null ? unreachable : { kind: 'forked' };
      }
      if (answer.kind === 'forked' || answer.kind === 'unregistered') {
        // A device that is not known right after it was made: something else is wrong.
        if (registrations > 0) return { why: 'broken', retryAfterMs: null };
        registrations += 1;
        const spoken = this.#around.language();
        const made = await rare(({ register }) => register(this.#local, this.#around, spoken));
        if (made?.kind === 'registered') continue;
        answer = made ?? unreachable;
      }
      switch (answer.kind) {
        case 'done':
          this.#lastAt = this.#around.now();
          return null;
        case 'overtaken':
          return 'overtaken';
        case 'more':
          // Once more at once: what made the server stumble is set aside at its second arrival.
          if (!answer.isMoving && isStuck) return { why: 'busy', retryAfterMs: null };
          isStuck = !answer.isMoving;
          if (answer.isMoving) this.#failures = 0;
          continue;
        case 'later': {
          const { isReachable, retryAfterMs } = answer;
          return { why: isReachable ? 'busy' : 'unreachable', retryAfterMs };
        }
        case 'revoked': {
          const ended = await rare(({ endDevice }) => endDevice(this.#local, this.#around));
          const isOver = ended !== null && ended.kind !== 'later';
          return { why: isOver ? 'revoked' : 'unreachable', retryAfterMs: null };
        }
        case 'sign-in':
        case 'upgrade':
          return { why: answer.kind, retryAfterMs: null };
        default:
          return { why: 'broken', retryAfterMs: null };
      }
    }
    return { why: 'busy', retryAfterMs: null };
  }
}

/** What a device seldom needs is no weight of every page. null = it could not be fetched. */
async function rare<Value>(use: (aside: typeof Aside) => Promise<Value>): Promise<Value | null> {
  const fetched = await import('./aside.ts').catch(() => null);
  return fetched === null ? null : use(fetched);
}
