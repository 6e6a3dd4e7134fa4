import { commandOf, type Draft } from '@rung/sync/draft.ts';
import { createContext } from 'svelte';
import { tellReached } from '#lib/http/ask.ts';
import { Local } from '#lib/local/local.ts';
import { discardProblem } from '#lib/local/problems.ts';
import type { Reading } from '#lib/local/reading.ts';
import type { Pending, Problem, Standing } from '#lib/local/rows.ts';
import { mutate } from '#lib/sync/mutate.ts';
import { startPokes } from '#lib/sync/poke.ts';
import { startSync } from '#lib/sync/start-sync.ts';
import type { Talking } from '#lib/sync/sync-loop.ts';
import { withdraw } from '#lib/sync/withdraw.ts';
import { language } from './language.svelte.ts';

export type { Reading } from '#lib/local/reading.ts';
export type { Entry, HeldRef, HeldTicket, Pending, Problem } from '#lib/local/rows.ts';
export type { Talking } from '#lib/sync/sync-loop.ts';

/** What its screens must know of it at any time. */
type Known = {
  readonly waiting: readonly Pending[];
  readonly problems: readonly Problem[];
  readonly standing: Standing;
};

/** What this device holds of a person's tickets, what he did on it, and how it stands with the server. */
export class ThisDevice {
  readonly #local: Local;
  readonly #signedOut: () => void;
  #known = $state.raw<Known | null>(null);
  #talking = $state.raw<Talking>({ kind: 'idle', lastAt: null });
  #isBroken = $state(false);
  /** How many of the list of open tickets are shown: as many as before when one comes back to it. */
  listLength = $state(100);
  #ends: (() => unknown)[] = [];
  #kick: () => void = () => {};

  /** `signedOut`: hears that the server knows no session any more. */
  constructor(person: string, signedOut: () => void) {
    this.#local = new Local(person);
    this.#signedOut = signedOut;
  }

  /** What was done here and the server has not settled, in its order. */
  get waiting(): readonly Pending[] {
    return this.#known?.waiting ?? [];
  }

  /** What it refused for good. */
  get problems(): readonly Problem[] {
    return this.#known?.problems ?? [];
  }

  get talking(): Talking {
    return this.#talking;
  }

  /** When it was last in step with the server, by its own clock; null = never. */
  get lastAt(): number | null {
    return this.#talking.lastAt ?? this.#known?.standing.lastAt ?? null;
  }

  /** False = not everything is here yet. */
  get isComplete(): boolean {
    return this.#known?.standing.isComplete ?? false;
  }

  /** True when this browser keeps nothing. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** True when it keeps nothing, and nothing of it can be read either. */
  get isUnreadable(): boolean {
    return this.#isBroken && this.#known === null;
  }

  start(): void {
    const { person } = this.#local;
    const sync = startSync(
      this.#local,
      () => language.current,
      (talking) => this.#hear(talking),
      (cause) => {
        this.#isBroken = true;
        // A disk that takes nothing is no news to a developer; a mistake of ours is.
        if (cause instanceof TypeError || cause instanceof RangeError) reportError(cause);
      },
    );
    this.#kick = sync.kick;
    this.#ends = [
      sync.stop,
      startPokes(person, sync.kick, this.#signedOut).stop,
      this.#local.watch(
        async (reading) => ({
          waiting: (await reading.outbox()).filter(
            ({ isWithdrawn, answered }) => isWithdrawn !== true && answered === undefined,
          ),
          problems: await reading.problems(),
          standing: await reading.standing(),
        }),
        (known) => {
          this.#known = known;
          this.#isBroken = false;
        },
        () => (this.#isBroken = true),
      ),
    ];
  }

  async stop(): Promise<void> {
    const ends = this.#ends;
    this.#ends = [];
    await Promise.all(ends.map((end) => end()));
    this.#local.close();
  }

  /** The person is back. */
  return(): void {
    this.#local.open();
    this.start();
  }

  /** Talks with the server now. */
  sendNow(): void {
    this.#kick();
  }

  /** A finished draft becomes a report that waits here. False = it cannot be kept. */
  async report(draft: Draft): Promise<boolean> {
    const message = commandOf(draft);
    if (message === null) return false;
    const { uid, at, name, args } = message;
    if (name !== 'report') return false;
    try {
      const doing = { now: at, uid, draft: draft.ticket };
      const done = await mutate(this.#local, { name, args }, doing);
      if (done.ok) this.#kick();
      return done.ok;
    } catch {
      return false;
    }
  }

  /** Takes back what was not sent yet. False = it is too late. */
  async withdraw(uid: string): Promise<boolean> {
    const isBack = await withdraw(this.#local, uid);
    this.#kick();
    return isBack;
  }

  /** The person has read why it was refused, and needs its words no more. */
  async discard(uid: string): Promise<void> {
    await discardProblem(this.#local, uid);
  }

  watch<Value>(
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
  ): () => void {
    return this.#local.watch(look, heard);
  }

  /** Its id at the server; null = it has none. */
  async id(): Promise<string | null> {
    try {
      return (await this.#local.read((reading) => reading.standing())).device;
    } catch {
      return null;
    }
  }

  /** Deletes everything this person kept here. */
  async wipe(): Promise<void> {
    await this.stop();
    try {
      await this.#local.wipe();
    } catch (cause) {
      // Where nothing can be kept, nothing was.
      if (!this.isUnreadable) throw new Error('delete what was kept', { cause });
    }
  }

  #hear(talking: Talking): void {
    this.#talking = talking;
    if (talking.kind === 'idle') tellReached(true);
    if (talking.kind !== 'held') return;
    if (talking.why === 'unreachable') tellReached(false);
    else if (talking.why === 'storage') this.#isBroken = true;
    else tellReached(true);
    if (talking.why === 'sign-in') this.#signedOut();
  }
}

/** null where the person has no device: a client's. */
export const [useThisDevice, provideThisDevice] = createContext<() => ThisDevice | null>();

/** What the device answers to `look`, now and whenever that changes; undefined until it was read. For a component. */
export function held<Value>(look: () => (reading: Reading) => Promise<Value>): {
  readonly value: Value | undefined;
} {
  const device = useThisDevice();
  let value = $state.raw<Value | undefined>();
  $effect(() => device()?.watch(look(), (heard) => (value = heard)));
  return {
    get value() {
      return value;
    },
  };
}
