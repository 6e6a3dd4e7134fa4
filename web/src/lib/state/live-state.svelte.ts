import type { Instant } from '@rung/domain/base/time.ts';
import type { HeldTicket, WholeTicket } from '#lib/local/rows.ts';
import type { LiveNotice } from '#lib/sync/live-address.ts';
import {
  givenIn,
  givenOf,
  liveStanding,
  mayRing,
  newestGiven,
  type Given,
  type LiveStanding,
} from './live-standing.ts';
import type { Reading, ThisDevice } from './this-device.svelte.ts';

type Here = {
  readonly whole: WholeTicket | null;
  readonly given: Given | null;
  /** Names of who has it and of where it is, as far as this device knows them. */
  readonly owner: string | null;
  readonly site: string | null;
};

/** One live screen: what is known of its ticket, by rows and by its notification, and the answer that is given on it. */
export class LiveState {
  readonly #device: ThisDevice;
  readonly #id: string;
  readonly #me: () => string;
  /** The notification that it was opened by, if that is this person's; null = none. */
  readonly #notice: () => LiveNotice | null;
  #here = $state.raw<Here | undefined>();
  #direct = $state.raw<Given | null>(null);
  #isBusy = $state(false);
  #fault = $state<string | null>(null);
  /** Of the answer that was last seen to wait here. */
  #uid: string | null = null;

  constructor(device: ThisDevice, id: string, me: () => string, notice: () => LiveNotice | null) {
    this.#device = device;
    this.#id = id;
    this.#me = me;
    this.#notice = notice;
  }

  /** Reads what the device holds, until its answer is called. */
  follow(): () => void {
    return this.#device.watch(
      (reading) => this.#look(reading),
      (here) => (this.#here = here),
    );
  }

  /** False = the device has not said what it holds. */
  get isRead(): boolean {
    return this.#here !== undefined || this.#device.isUnreadable;
  }

  /** Its ticket with all that is here of it; null = it is not here. */
  get whole(): WholeTicket | null {
    return this.#here?.whole ?? null;
  }

  get ticket(): HeldTicket | null {
    return this.whole?.ticket ?? null;
  }

  get standing(): LiveStanding {
    const given = newestGiven(this.#here?.given ?? null, this.#direct);
    return liveStanding(this.#me(), this.ticket, this.#notice(), given);
  }

  get owner(): string {
    return this.#here?.owner ?? this.ticket?.state.owner ?? '';
  }

  get site(): string | null {
    return this.#here?.site ?? null;
  }

  /** An answer is being given. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Why the last tap came to nothing: a refusal's kind. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Until when whoever has it is to say that he is still on it. */
  get askedUntil(): Instant | null {
    return this.ticket?.state.expiry?.dueAt ?? null;
  }

  /** The page that rings here; null = none does. */
  get ringing(): string | null {
    const { standing } = this;
    if (standing.kind !== 'waits' || standing.page === null || this.#isBusy || !this.isRead)
      return null;
    const severity = this.ticket?.state.severity ?? standing.seen.severity;
    const isLoud = mayRing(this.whole?.entries ?? [], standing.page) ?? this.#notice()?.isLoud;
    return severity === 'S1' && isLoud !== false ? standing.page : null;
  }

  async acknowledge(): Promise<void> {
    const { standing } = this;
    if (standing.kind !== 'waits') return;
    const [ticket, at, { page, seen }] = [this.#id, Date.now(), standing];
    await this.#busy(async () => {
      if (page === null) {
        const done = await this.#device.acts.do({ name: 'acknowledge', args: { ticket, seen } });
        return done.ok ? null : done.refusal.kind;
      }
      const answered = await this.#device.acts.answer({ ticket, page, seen });
      const given = { uid: '', says: 'acknowledge', at, isIn: false } as const;
      if (answered.kind === 'settled') this.#direct = { ...given, ruling: answered };
      if (answered.kind === 'refused') {
        this.#direct = { ...given, ruling: { outcome: 'rejected', code: 'not-your-page' } };
      }
      return answered.kind === 'lost' || answered.kind === 'stranger' ? 'not-kept' : null;
    });
  }

  async decline(): Promise<void> {
    const { standing } = this;
    if (standing.kind !== 'waits' || standing.page === null) return;
    const args = { ticket: this.#id, page: standing.page };
    await this.#busy(async () => {
      const done = await this.#device.acts.do({ name: 'decline', args });
      return done.ok ? null : done.refusal.kind;
    });
  }

  /** A second tap, while the first is under way, is the same answer. */
  async #busy(run: () => Promise<string | null>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#fault = null;
    try {
      this.#fault = await run();
    } finally {
      this.#isBusy = false;
    }
  }

  async #look(reading: Reading): Promise<Here> {
    const [whole, outbox] = await Promise.all([reading.whole(this.#id), reading.outbox()]);
    const state = whole?.ticket.state;
    const waiting = givenIn(outbox, this.#id);
    this.#uid = waiting?.uid ?? this.#uid;
    const settled =
      waiting === null && this.#uid !== null ? await reading.settled(this.#uid) : null;
    const nameOf = async (kind: string, key: string | null | undefined): Promise<string | null> => {
      const item = key == null ? undefined : (await reading.ref(kind, key))?.item;
      return item === undefined ? null : String(item['name'] ?? key);
    };
    const [owner, site] = await Promise.all([
      nameOf('person', state?.owner),
      nameOf('site', state?.site),
    ]);
    return { whole, given: waiting ?? givenOf(settled), owner, site };
  }
}
