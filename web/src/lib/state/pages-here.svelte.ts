import type { Instant } from '@rung/domain/base/time.ts';
import { changePager, readPager, type Pager } from '#lib/local/pager.ts';
import {
  askForCheck,
  endSubscription,
  keepSubscribed,
  subscriptionState,
  type Kept,
} from '#lib/sync/subscription.ts';
import type { Cannot } from './able.ts';
import { heardOfIt, isOverdue, sawIt, type Check } from './check.ts';
import { clock } from './clock.svelte.ts';
import { pushOfWorker } from './push-of-worker.ts';
import { readinessOf, type KnownHere, type Readiness } from './readiness.ts';

export type { Check } from './check.ts';
export type { Readiness } from './readiness.ts';

/**
 * Whether pages come to this device.
 *
 *   asking ──▶ off ◀──▶ on        denied: the browser forbids it        cannot: it is not able to
 */
export type PagesStanding =
  | { readonly kind: 'asking' | 'off' | 'denied' | 'on' }
  | { readonly kind: 'cannot'; readonly why: Cannot };

/** What came of the last thing its person did. `unkept`: this device could not keep it. */
export type PagesTrouble =
  { readonly kind: 'later' | 'unkept' } | { readonly kind: 'refused'; readonly code: string };

/** As of when; by this device's clock. */
type Heard = { readonly person: string; readonly known: KnownHere; readonly at: Instant };

const world = { fetch: (path: string, init: RequestInit) => fetch(path, init) };
/** After the worker showed something, its receipt is on its way to the server, ms. */
const receiptMs = 1500;

/** All that look now: a screen may have two, and what is done by one is seen by the other. */
let looking: readonly PagesHere[] = [];

/** Lives as long as the app: who comes back to the screen sees at once what was known. */
let lastHeard = $state.raw<Heard | null>(null);

/**
 * Pages of one person on this device, where the browser may show them: whether they come, what the server knows of it, and a
 * check of both.
 */
export class PagesHere {
  readonly #person: string;
  #standing = $state.raw<PagesStanding>({ kind: 'asking' });
  #pager = $state.raw<Pager | null>(null);
  #trouble = $state.raw<PagesTrouble | null>(null);
  #check = $state.raw<Check | null>(null);
  #isRefused = $state(false);
  #isLost = $state(false);
  #isBusy = $state(false);
  #looking: Promise<void> | null = null;

  constructor(person: string) {
    this.#person = person;
  }

  get standing(): PagesStanding {
    return this.#standing;
  }

  get trouble(): PagesTrouble | null {
    return this.#trouble;
  }

  get check(): Check | null {
    return this.#check;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** The server does not answer now. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get isHidingDetails(): boolean {
    return this.#pager?.hideDetails ?? false;
  }

  /** undefined = the server has not said. */
  get known(): KnownHere | undefined {
    return this.#heard?.known;
  }

  /** When the server said so. */
  get knownAt(): Instant | null {
    return this.#heard?.at ?? null;
  }

  get isOverdue(): boolean {
    return this.#check !== null && isOverdue(this.#check, clock.now);
  }

  get readiness(): Readiness {
    return readinessOf(this.known, {
      isRefused: this.#isRefused,
      isSilent: this.isOverdue,
      isLost: this.#isLost,
    });
  }

  /** Looks, and looks again whenever something may have changed. Answers how to stop. */
  start(): () => void {
    const ends = new AbortController();
    const { signal } = ends;
    const look = (): void => void this.look();
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && look(),
      { signal },
    );
    addEventListener('online', look, { signal });
    navigator.serviceWorker?.addEventListener(
      'message',
      ({ data }: MessageEvent<unknown>) => this.#hearWorker(data),
      { signal },
    );
    looking = [...looking, this];
    look();
    return () => {
      looking = looking.filter((one) => one !== this);
      ends.abort();
    };
  }

  /** Reads what this device knows, repairs what was lost, then asks the server. */
  look(): Promise<void> {
    // What is being done looks for itself, and must not be undone by what was seen before.
    if (this.#isBusy) return Promise.resolve();
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** Its person wants pages here, and said so to the browser too. */
  async turnOn(): Promise<void> {
    await this.#do(async () => {
      const why = await this.#read();
      if (why !== null) return void (this.#standing = { kind: 'cannot', why });
      const before = this.known?.shownAt ?? null;
      const kept = await this.#keep(true);
      if (kept.kind !== 'kept') return;
      // The server sends a first one at once, to show what it looks like.
      this.#check = { sendsAt: Date.now(), before, shown: null };
      await this.#ask();
    });
  }

  async turnOff(): Promise<void> {
    await this.#do(async () => {
      const push = await pushOfWorker();
      if (this.#pager === null || push === null) return this.#fail({ kind: 'later' });
      const ended = await endSubscription(this.#pager, push, world);
      if (ended.kind !== 'ended') return this.#fail(ended);
      await this.#read();
      lastHeard = null;
      this.#check = null;
      this.#standing = { kind: 'off' };
    });
  }

  /** A check, to be sent by the server after so many ms. */
  async sendCheck(inMs: number): Promise<void> {
    await this.#do(async () => {
      if (this.#pager === null) return this.#fail({ kind: 'later' });
      const before = this.known?.shownAt ?? null;
      const askedAt = Date.now();
      // At once: what comes faster than the answer counts too.
      this.#check = { sendsAt: askedAt + inMs, before, shown: null };
      const asked = await askForCheck(this.#pager, world, inMs);
      if (asked.kind === 'asked') return;
      this.#check = null;
      this.#fail(asked);
      // Perhaps the server has lost it: then looking repairs it.
      if (asked.kind === 'refused') await this.#look();
    });
  }

  /** Whether a page on the lock screen says no more than that there is one. */
  async hideDetails(hideDetails: boolean): Promise<void> {
    await this.#do(async () => {
      const isKept = await changePager(this.#person, (pager) => pager && { ...pager, hideDetails });
      if (!isKept) this.#fail({ kind: 'unkept' });
      await this.#read();
    });
  }

  get #heard(): Heard | null {
    return lastHeard?.person === this.#person ? lastHeard : null;
  }

  async #look(): Promise<void> {
    const why = await this.#read();
    if (why !== null) {
      this.#standing = { kind: 'cannot', why };
      return;
    }
    // What is known here is shown before anybody is asked.
    const isOn = this.#pager?.isOn ?? false;
    this.#standing = { kind: isOn ? 'on' : 'off' };
    const kept = await this.#keep(false);
    if (kept.kind === 'kept' || (isOn && kept.kind !== 'off')) await this.#ask();
  }

  async #keep(isAsked: boolean): Promise<Kept> {
    const push = await pushOfWorker();
    const kept: Kept =
      push === null || this.#pager === null
        ? { kind: 'later' }
        : await keepSubscribed(this.#pager, push, world, isAsked);
    this.#isLost = kept.kind === 'later';
    this.#isRefused = kept.kind === 'refused';
    switch (kept.kind) {
      case 'kept':
        await this.#read();
        this.#standing = { kind: 'on' };
        break;
      case 'off':
      case 'denied':
        this.#standing = { kind: kept.kind };
        break;
      case 'later':
        // What nobody asked for fails in silence, and the line about the server says it.
        if (isAsked) this.#fail(kept);
        break;
      case 'refused':
        this.#fail(kept);
    }
    return kept;
  }

  async #ask(): Promise<void> {
    if (this.#pager === null) return;
    const said = await subscriptionState(this.#pager, world);
    this.#isLost = said.kind === 'later';
    if (said.kind !== 'known') return;
    const { kept } = said.state;
    lastHeard = { person: this.#person, known: kept, at: Date.now() };
    if (this.#check !== null) this.#check = heardOfIt(this.#check, kept);
  }

  /** What this device keeps of it; says why that is not enough. */
  async #read(): Promise<Cannot | null> {
    const read = await readPager(this.#person);
    if (read.kind === 'failed') return 'keep';
    this.#pager = read.pager;
    return read.pager === null ? 'yet' : null;
  }

  #hearWorker(message: unknown): void {
    const { kind, says, at } = (message ?? {}) as Record<string, unknown>;
    if (kind !== 'shown' || typeof at !== 'number') return;
    if (says === 'pager-works' && this.#check !== null) this.#check = sawIt(this.#check, at);
    setTimeout(() => void this.#ask(), receiptMs);
  }

  async #do(run: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#trouble = null;
    try {
      await this.#looking;
      await run();
    } finally {
      this.#isBusy = false;
    }
    for (const other of looking) if (other !== this) void other.look();
  }

  #fail(trouble: PagesTrouble): void {
    this.#trouble = trouble;
    if (trouble.kind === 'later') this.#isLost = true;
  }
}
