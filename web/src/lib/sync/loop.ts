/**
 * Sends what waits on this device: at once when something new waits, when the browser says it is online, when the page
 * is looked at again; else with a wait that grows (next-exchange.ts). Tabs take turns, and a report that two of them
 * send is still one report, because its uid stays the same.
 */

import { afterAnswer, commandOf, isForgotten, type Draft } from '@rung/sync/draft.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import { meaningOf, type Post } from './send-report.ts';

/** What the loop needs of lib/local. */
export type Waiting = {
  drafts(): Promise<readonly Draft[]>;
  change(
    ticket: string,
    next: (draft: Draft | undefined) => Draft | undefined,
    known: Draft,
  ): Promise<unknown>;
};

/** Why something still waits. `sign-in`: it goes on when somebody signed in. */
export type Hold = 'unreachable' | 'busy' | 'sign-in';

export type Sending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'held'; readonly why: Hold; readonly nextAt: number | null };

export type Surroundings = {
  now(): number;
  lot(): number;
  later(ms: number, run: () => void): () => void;
  /** Runs when no other tab does. */
  alone<Value>(run: () => Promise<Value>): Promise<Value>;
};

export class SendLoop {
  readonly #waiting: Waiting;
  readonly #post: Post;
  readonly #around: Surroundings;
  readonly #tell: (sending: Sending) => void;
  #failures = 0;
  #running = false;
  #again = false;
  #stopped = false;
  #cancel: (() => void) | null = null;

  constructor(
    waiting: Waiting,
    post: Post,
    around: Surroundings,
    tell: (sending: Sending) => void,
  ) {
    this.#waiting = waiting;
    this.#post = post;
    this.#around = around;
    this.#tell = tell;
  }

  /** Tries now, or once more after the try that is under way. Resolves when nothing is under way. */
  async kick(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#cancel?.();
    this.#cancel = null;
    try {
      do {
        this.#again = false;
        await this.#round();
      } while (this.#again && !this.#stopped);
    } finally {
      this.#running = false;
    }
  }

  /** Ends the waiting; a try under way still hears its answer. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #round(): Promise<void> {
    const held = await this.#around.alone(() => this.#sendAll());
    if (this.#stopped) return;
    if (held === null) {
      this.#failures = 0;
      this.#tell({ kind: 'idle' });
      return;
    }
    if (held.why === 'sign-in') {
      this.#tell({ kind: 'held', why: 'sign-in', nextAt: null });
      return;
    }
    this.#failures += 1;
    const wait = nextExchange({
      failures: this.#failures,
      retryAfterMs: held.retryAfterMs,
      lot: this.#around.lot(),
    });
    this.#tell({ kind: 'held', why: held.why, nextAt: this.#around.now() + wait });
    this.#cancel = this.#around.later(wait, () => void this.kick());
  }

  /** null = nothing waits any more. */
  async #sendAll(): Promise<{ why: Hold; retryAfterMs: number | null } | null> {
    let held: { why: Hold; retryAfterMs: number | null } | null = null;
    for (const draft of await this.#waiting.drafts()) {
      if (isForgotten(draft, this.#around.now())) {
        await this.#waiting.change(draft.ticket, () => undefined, draft);
      }
      const command = commandOf(draft);
      if (command === null || this.#stopped) continue;
      this.#tell({ kind: 'sending' });
      const answer = meaningOf(await this.#post(command));
      const at = this.#around.now();
      await this.#waiting.change(
        draft.ticket,
        (now) => (now?.uid === draft.uid ? afterAnswer(now, answer, at) : now),
        draft,
      );
      if (answer.kind === 'sign-in') return { why: 'sign-in', retryAfterMs: null };
      if (answer.kind !== 'later') continue;
      held = {
        why: answer.reachable ? 'busy' : 'unreachable',
        retryAfterMs: answer.retryAfterMs,
      };
      // Nobody there: the others would fare no better. A server that is there may choke on one report only.
      if (!answer.reachable) return held;
    }
    return held;
  }
}
