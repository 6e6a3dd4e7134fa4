import { newDraft, type Draft } from '@rung/sync/draft.ts';
import type { ReportForm } from '@rung/sync/form.ts';
import { createContext } from 'svelte';
import { Store, type Held } from '#lib/local/store.ts';
import type { Sending } from '#lib/sync/loop.ts';
import { newUlid } from './new-ulid.ts';
import type { Hand, Writing } from './writing.svelte.ts';

export type { Draft } from '@rung/sync/draft.ts';
export { formOf, severityIn, titleAndDescription, titleOf } from '@rung/sync/form.ts';
export type { Sending } from '#lib/sync/loop.ts';

type Sender = { kick(): void; stop(): void };

/** One that the server does not have. */
export type UnsentDraft = Draft & { standing: Exclude<Draft['standing'], { kind: 'sent' }> };

const isUnsent = (draft: Draft): draft is UnsentDraft => draft.standing.kind !== 'sent';

/** The reports of one person that are on this device and nowhere else, and how sending them goes. */
export class Reports {
  #held = $state.raw<Held | null>(null);
  #sending = $state.raw<Sending>({ kind: 'idle' });
  #writing: Writing | null = null;
  readonly #person: string;
  readonly #store: Store;
  readonly #hand: Hand | null;
  #ends: (() => void)[] = [];
  #sender: Promise<Sender> | null = null;

  /** `hand`: what a finished report goes to; null = it is sent from here, by single commands. */
  constructor(person: string, hand: Hand | null) {
    this.#person = person;
    this.#store = new Store(person);
    this.#hand = hand;
  }

  /** All that the server does not have, the oldest first. */
  get drafts(): readonly UnsentDraft[] {
    return (this.#held?.drafts ?? []).filter(isUnsent);
  }

  get unsent(): readonly UnsentDraft[] {
    return this.drafts.filter(({ standing }) => standing.kind === 'waiting');
  }

  /** The draft of this ticket, also when the server has it already; undefined = nothing is known of it. */
  draft(ticket: string | undefined): Draft | undefined {
    return this.#held?.drafts.find((draft) => draft.ticket === ticket);
  }

  get sending(): Sending {
    return this.#sending;
  }

  /** True when this device keeps nothing, and the screen must say so. */
  get isBroken(): boolean {
    return this.#held?.isReadable === false;
  }

  /** Tickets whose drafts go with this page: the device did not keep them. */
  get loose(): readonly string[] {
    return this.#held?.loose ?? [];
  }

  start(): void {
    const watching = this.#store.watch((held) => {
      this.#held = held;
      // Whoever has a device hands his reports over: he needs no sender, unless that did not work once.
      if (this.#hand === null || this.unsent.length > 0) void this.#send();
    });
    this.#ends = [watching, () => void this.#sender?.then(({ stop }) => stop())];
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.#sender = null;
    this.#store.close();
  }

  /** Loaded when there is something for it to do. */
  #send(): Promise<Sender> {
    this.#sender ??= import('#lib/sync/start.ts').then(({ startSending }) =>
      startSending(this.#person, this.#store, (sending) => (this.#sending = sending)),
    );
    this.#sender.catch(() => (this.#sender = null));
    return this.#sender;
  }

  /** The person has gone, and took along what was kept: what stands on the screen stays there, and only there. */
  leave(): void {
    this.stop();
    this.#ends = [this.#store.watch((held) => (this.#held = held))];
    void this.#writing?.keepAll();
  }

  /** The person is back. */
  return(): void {
    for (const end of this.#ends) end();
    this.#sender = null;
    this.#store.open();
    this.start();
    void this.#writing?.keepAll();
  }

  /** Tries to send what waits, now. */
  sendNow(): void {
    void this.#sender?.then(({ kick }) => kick());
  }

  /**
   * The draft with this id; without one, a new one. null = it is not here (any more). `Form` comes from whoever opens it,
   * so that lists need not load it.
   */
  async open(ticket: string | null, Form: typeof Writing): Promise<Writing | null> {
    const drafts = ticket === null ? [] : await this.#store.drafts();
    const found = drafts.find((draft) => draft.ticket === ticket);
    if (ticket !== null && found === undefined) return null;
    const draft = found ?? newDraft(newUlid(), newUlid(), Date.now());
    const kick = (): void => void this.#send().then((sender) => sender.kick());
    return (this.#writing = new Form(this.#store, draft, found !== undefined, kick, this.#hand));
  }

  /** Begins a report with these words, and answers its ticket. */
  async begin(form: ReportForm): Promise<string> {
    const blank = newDraft(newUlid(), newUlid(), Date.now());
    await this.#store.change(blank.ticket, () => ({ ...blank, form }));
    return blank.ticket;
  }

  /** The form was left. */
  shut(): void {
    this.#writing = null;
  }

  /** Deletes everything this person kept on this device. */
  async wipe(): Promise<void> {
    this.stop();
    await this.#store.wipe();
  }
}

export const [useReports, provideReports] = createContext<() => Reports>();
