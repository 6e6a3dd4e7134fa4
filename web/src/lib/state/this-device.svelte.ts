import type { Command } from '@rung/domain/ticket/commands.ts';
import { commandOf, type Draft } from '@rung/sync/draft.ts';
import { createContext } from 'svelte';
import { tellReached } from '#lib/http/ask.ts';
import { Local } from '#lib/local/local.ts';
import { discardProblem } from '#lib/local/problems.ts';
import { goingOf, refusedAlone } from '#lib/local/pictures.ts';
import type { Reading } from '#lib/local/reading.ts';
import type { KeptAnswer } from '#lib/local/pager.ts';
import type { HeldFile, Pending, Problem, Standing } from '#lib/local/rows.ts';
import type { Answered } from '#lib/sync/answers.ts';
import type { NotTaken } from '#lib/sync/photos.ts';
import { pageWorld } from '#lib/sync/page-world.ts';
import { loadRules } from '#lib/sync/rules-here.ts';
import type { Talking } from '#lib/sync/sync-loop.ts';
import { talkLater } from '#lib/sync/talk-later.ts';
import { beforeActing, warm } from './before-acting.ts';
import { inOrder } from './in-order.ts';
import { language } from './language.svelte.ts';
import { newUlid } from './new-ulid.ts';
import { forgetTyped } from './typed.svelte.ts';

export type { Reading } from '#lib/local/reading.ts';
export type {
  Entry,
  HeldFile,
  HeldPage,
  HeldRef,
  HeldTicket,
  Pending,
  Problem,
} from '#lib/local/rows.ts';
export type { Answered } from '#lib/sync/answers.ts';
export type { NotTaken } from '#lib/sync/photos.ts';
export type { Talking } from '#lib/sync/sync-loop.ts';

/** What became of an act here: it waits under this uid, or the rules say no. `not-kept`: this device keeps nothing. */
export type Done =
  | { readonly ok: true; readonly uid: string }
  | { readonly ok: false; readonly refusal: { readonly kind: string } };

/** So long the screen has, to show what was done, before it is sent. */
const shownMs = 50;

const notKept: Done = { ok: false, refusal: { kind: 'not-kept' } };

/** What its screens must know of it at any time. */
type Known = {
  readonly waiting: readonly Pending[];
  readonly problems: readonly Problem[];
  readonly standing: Standing;
  readonly files: readonly HeldFile[];
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
  /** What is stopped may end long after that was asked: it must not close what was opened since. */
  readonly #inTurn = inOrder();
  #kick: () => void = () => {};
  /** A second tap, while the first is under way, is the same answer. */
  #answering: { readonly page: string; readonly ends: Promise<Answered> } | null = null;

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
    return this.#known?.standing.offset ?? 0;
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
      this.#local.watch(
        async (reading) => ({
          waiting: (await reading.outbox()).filter(
            ({ isWithdrawn, answered }) => isWithdrawn !== true && answered === undefined,
          ),
          problems: await reading.problems(),
          standing: await reading.standing(),
          files: await reading.files(),
        }),
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

  /** A finished draft becomes a report that waits here. False = it cannot be kept. */
  async report(draft: Draft): Promise<boolean> {
    const message = commandOf(draft);
    if (message === null) return false;
    const { uid, at, name, args } = message;
    if (name !== 'report') return false;
    try {
      const doing = { now: at, uid, draft: draft.ticket };
      const { report } = await loadRules();
      const done = await report(this.#local, { name, args }, doing);
      if (done.ok) this.#kick();
      return done.ok;
    } catch {
      return false;
    }
  }

  /** Does it here at once, and sends it. */
  async do(command: Command): Promise<Done> {
    try {
      const { mutate } = await loadRules();
      const done = await mutate(this.#local, command, { now: Date.now(), uid: newUlid() });
      if (!done.ok) return done;
      // The screen first: an exchange begins with a transaction over everything, and what is shown would wait for it.
      setTimeout(() => this.#kick(), shownMs);
      return { ok: true, uid: done.value.uid };
    } catch {
      return notKept;
    }
  }

  /**
   * Acknowledges one's page, in about ten seconds or for later: also where the session is over, and of a ticket that is not
   * held here. Only `settled` is the server's word.
   */
  answer(asked: Pick<KeptAnswer, 'ticket' | 'page' | 'seen'>): Promise<Answered> {
    const { page } = asked;
    if (this.#answering?.page === page) return this.#answering.ends;
    const uid = newUlid();
    const ends = this.#answer({ ...asked, uid, answer: 'acknowledge', at: Date.now() }).finally(
      () => {
        if (this.#answering?.page === page) this.#answering = null;
        this.#kick();
      },
    );
    this.#answering = { page, ends };
    return ends;
  }

  async #answer(asked: KeptAnswer): Promise<Answered> {
    try {
      const { answerPage } = await import('#lib/sync/answers.ts');
      const answered = await answerPage(this.#local.person, asked, pageWorld, async () => {});
      // Its secret is gone from here, and its person is not: then it waits for the next exchange.
      if (answered.kind !== 'stranger' && answered.kind !== 'lost') return answered;
    } catch {
      // What it takes could not be loaded: it waits here.
    }
    const { uid, at: now, page, ticket, seen } = asked;
    const command = { name: 'acknowledge', args: { ticket, seen } } as const;
    return loadRules()
      .then(({ mutate }) => mutate(this.#local, command, { now, uid, page }))
      .then(
        () => ({ kind: 'kept' }),
        () => ({ kind: 'lost' }),
      );
  }

  /**
   * Keeps these pictures here, made small; `attached` also sends them with the ticket. Answers what was not taken. A
   * device short of room keeps none of what does not fit.
   */
  async addPhotos(
    ticket: string,
    files: readonly File[],
    as: 'draft' | 'attached',
  ): Promise<readonly NotTaken[]> {
    const notTaken = files.map(({ name }): NotTaken => ({ name, why: 'not-kept' }));
    try {
      const [{ addPhotos }, { drawn: draw }] = await Promise.all([
        import('#lib/sync/photos.ts'),
        import('#lib/photo/drawn.ts'),
      ]);
      const adding = { ticket, as, draw, now: Date.now, newId: newUlid };
      const left = await addPhotos(this.#local, adding, files);
      if (left.length < files.length) this.#kick();
      return left;
    } catch {
      return notTaken;
    }
  }

  /** The person does not want it any more: with a command that waits, that too. */
  async dropPhoto(id: string): Promise<void> {
    const { dropPhoto } = await import('#lib/sync/photos.ts');
    await dropPhoto(this.#local, id);
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

  /** Takes back what was not sent yet. False = it is too late. */
  async withdraw(uid: string): Promise<boolean> {
    const { withdraw } = await loadRules();
    const isBack = await withdraw(this.#local, uid);
    this.#kick();
    return isBack;
  }

  /** The person has read why it was refused, and needs its words no more. */
  async discard(uid: string): Promise<void> {
    await discardProblem(this.#local, uid);
  }

  /** What was refused is written anew as this draft: its pictures go along. */
  async handOn(uid: string, draft: string): Promise<void> {
    const { handOn } = await import('#lib/sync/hand-on.ts');
    await handOn(this.#local, uid, draft, newUlid);
  }

  /** @throws when this browser keeps nothing, or its person is gone. */
  read<Value>(look: (reading: Reading) => Promise<Value>): Promise<Value> {
    return this.#local.read(look);
  }

  watch<Value>(
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
  ): () => void {
    return this.#local.watch(look, heard);
  }

  /** The same for what may follow the screen: it reads a moment after the change, so that what was done is shown first. */
  watchLater<Value>(
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
  ): () => void {
    let isFirst = true;
    return this.#local.watch(async (reading) => {
      if (!isFirst) await this.#local.later(shownMs);
      isFirst = false;
      return look(reading);
    }, heard);
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

/**
 * What the device answers to `look`, now and whenever that changes; undefined until it was read. For a component. Nothing is
 * answered before `isRead`: a screen would tell the times of its rows by a wrong clock for a blink.
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
