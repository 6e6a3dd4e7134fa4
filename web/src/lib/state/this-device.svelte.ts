import { createContext } from 'svelte';
import { tellReached } from '#lib/http/ask.ts';
import { Local } from '#lib/local/local.ts';
import { goingOf, refusedAlone } from '#lib/local/pictures.ts';
import type { Reading } from '#lib/local/reading.ts';
import type { HeldFile, Pending, Problem, Standing } from '#lib/local/rows.ts';
import type { Talking } from '#lib/sync/sync-loop.ts';
import { talkLater } from '#lib/sync/talk-later.ts';
import { ActsHere, shownMs } from './acts-here.ts';
import { beforeActing, warm } from './before-acting.ts';
import { inOrder } from './in-order.ts';
import { language } from './language.svelte.ts';
import { forgetTyped } from './typed.svelte.ts';

export { goingOf };
export type { Reading } from '#lib/local/reading.ts';
export type {
  Entry,
  HeldFile,
  HeldPage,
  HeldRef,
  HeldTicket,
  Pending,
  Problem,
  WholeTicket,
} from '#lib/local/rows.ts';

/** What its screens must know of it at any time. */
type Known = {
  readonly waiting: readonly Pending[];
  readonly problems: readonly Problem[];
  readonly standing: Standing;
  readonly files: readonly HeldFile[];
};

/** `offset` null = the clock is known already, or not yet. */
type Timed<Value> = { readonly value: Value; readonly offset: number | null };

/** What this device holds of a person's tickets and of what he did on it, and how it stands with the server. */
export class ThisDevice {
  readonly #local: Local;
  /** What its person does on it. */
  readonly acts: ActsHere;
  readonly #signedOut: () => void;
  #known = $state.raw<Known | null>(null);
  /** `offset` as the first rows came with it, which are shown before `#known` is read anew. */
  #measured = $state<number | null>(null);
  #talking = $state.raw<Talking>({ kind: 'idle', lastAt: null });
  #isBroken = $state(false);
  /** How many of the list of open tickets are shown: as many as before when one comes back to it. */
  listLength = $state(100);
  #ends: (() => unknown)[] = [];
  /** What is stopped may end long after that was asked: it must not close what was opened since. */
  readonly #inTurn = inOrder();
  #kick: () => void = () => {};

  /** `signedOut`: hears that the server knows no session any more. */
  constructor(person: string, signedOut: () => void) {
    this.#local = new Local(person);
    this.acts = new ActsHere(this.#local, () => this.#kick());
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

  /** Pictures on this device whose bytes the server lacks, the oldest first; drafts' and refused ones too. */
  get photos(): readonly HeldFile[] {
    return this.#known?.files ?? [];
  }

  /** How much leaves by itself: commands that wait, and pictures whose command does not wait any more. */
  get unsent(): number {
    return this.waiting.length + this.going.length;
  }

  /** Pictures that wait for nothing but a network. */
  get going(): readonly HeldFile[] {
    return goingOf(this.photos, this.waiting);
  }

  /** How much waits for its person: what the server refused, commands and pictures. */
  get refused(): number {
    return this.problems.length + refusedAlone(this.photos, this.problems).length;
  }

  /** False until it was read what stands beside every list: the server's clock, what waits. */
  get isRead(): boolean {
    return this.#known !== null || this.#isBroken;
  }

  /** Server minus device clock, ms; 0 = not known. */
  get offset(): number {
    return this.#known?.standing.offset ?? this.#measured ?? 0;
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
    const talk = talkLater(this.#local, {
      language: () => language.current,
      tell: (talking) => this.#hear(talking),
      defect: (cause) => {
        this.#isBroken = true;
        // A disk that takes nothing is no news to a developer; a mistake of ours is.
        if (cause instanceof TypeError || cause instanceof RangeError) reportError(cause);
      },
      signedOut: this.#signedOut,
    });
    this.#kick = talk.kick;
    this.#ends = [
      talk.stop,
      beforeActing(warm),
      // What stands beside a screen follows what was done on it.
      this.watchLater(
        async (reading) => {
          const [outbox, problems, standing, files] = await Promise.all([
            reading.outbox(),
            reading.problems(),
            reading.standing(),
            reading.files(),
          ]);
          const waiting = outbox.filter(
            ({ isWithdrawn, answered }) => isWithdrawn !== true && answered === undefined,
          );
          return { waiting, problems, standing, files };
        },
        (known) => {
          this.#known = known;
          this.#isBroken = false;
          if (known.waiting.length > 0) warm();
        },
        () => (this.#isBroken = true),
      ),
    ];
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const ends = this.#ends;
      this.#ends = [];
      await Promise.all(ends.map((end) => end()));
      this.#local.close();
    });
  }

  /** The person is back. */
  return(): Promise<void> {
    return this.#inTurn(() => {
      this.#local.open();
      this.start();
    });
  }

  /** Talks with the server now. */
  sendNow(): void {
    this.#kick();
  }

  /** Its bytes, as far as they are on this device; null = they are not, or not any more. */
  async photoBlob(id: string): Promise<Blob | null> {
    try {
      const type = this.photos.find((one) => one.id === id)?.type;
      const parts = await this.#local.read((reading) => reading.bytes(id));
      return parts && new Blob([...parts], { type: type ?? 'image/jpeg' });
    } catch {
      return null;
    }
  }

  /** @throws when this browser keeps nothing, or its person is gone. */
  read<Value>(look: (reading: Reading) => Promise<Value>): Promise<Value> {
    return this.#local.read(look);
  }

  /** Hears what `look` finds, now and whenever it may have changed, and no row of the server before its clock is known. */
  watch<Value>(
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
  ): () => void {
    return this.#local.watch(this.#timed(look), this.#hearing(heard));
  }

  /** The same for what may follow the screen: it reads a moment after the change, so that what was done is shown first. */
  watchLater<Value>(
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
    failed?: (cause: unknown) => void,
  ): () => void {
    return this.#local.watchLater(shownMs, this.#timed(look), this.#hearing(heard), failed);
  }

  /** With the clock that came with the first rows, as long as none is known. */
  #timed<Value>(look: (reading: Reading) => Promise<Value>) {
    return async (reading: Reading): Promise<Timed<Value>> => {
      const value = await look(reading);
      const isKnown = (this.#known?.standing.offset ?? this.#measured) !== null;
      return { value, offset: isKnown ? null : (await reading.standing()).offset };
    };
  }

  #hearing<Value>(heard: (value: Value) => void) {
    return ({ value, offset }: Timed<Value>): void => {
      if (offset !== null) this.#measured = offset;
      heard(value);
    };
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
    forgetTyped(this.#local.person);
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

/** The server's clock as far as it is known here, ms: all that a screen says of time is by it. For a component; does not tick. */
export function useServerClock(): {
  now(): number;
  /** A moment that this device's own clock told. */
  of(at: number): number;
} {
  const device = useThisDevice();
  const of = (at: number): number => at + (device()?.offset ?? 0);
  return { now: () => of(Date.now()), of };
}

/**
 * What the device answers to `look`, now and whenever that changes; undefined until it was read. For a component. Nothing is
 * answered before `isRead`: a screen would say for a blink that nothing waits here.
 */
export function held<Value>(look: () => (reading: Reading) => Promise<Value>): {
  readonly value: Value | undefined;
} {
  const device = useThisDevice();
  let value = $state.raw<Value | undefined>();
  $effect(() => device()?.watch(look(), (heard) => (value = heard)));
  return {
    get value() {
      return device()?.isRead === true ? value : undefined;
    },
  };
}
