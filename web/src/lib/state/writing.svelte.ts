import { isOpen, newDraft, send, write, type Draft } from '@rung/sync/draft.ts';
import { isBlank, wrongIn, type ReportForm, type Wrong } from '@rung/sync/form.ts';
import type { Store } from '#lib/local/store.ts';
import { newUlid } from './new-ulid.ts';

export type { Wrong } from '@rung/sync/form.ts';

/** Takes a finished draft over, for good; it is no draft any more then. False = it could not be kept there. */
export type Hand = (draft: Draft) => Promise<boolean>;

/**
 * One report while it is typed. Each key is stored as soon as the one before it is, so that a dead battery takes at
 * most what was typed in the last few milliseconds.
 *
 * 1. Words on the screen stay there. Only fields that were typed here are written over what another tab stored.
 * 2. If the draft is gone, or was sent with other words, what is typed after that is a draft of its own: its id may not
 *    mean two things.
 */
export class Writing {
  #draft = $state.raw() as Draft;
  #form = $state.raw() as ReportForm;
  #isStored = $state(false);
  #didFail = $state(false);
  #isGone = $state(false);
  /** Under which id the store was heard to have it. */
  #heard: string | null = null;
  readonly #store: Store;
  readonly #kick: () => void;
  readonly #hand: Hand | null;
  /** Typed here and not stored yet: being written now, and after that. */
  #inFlight: Partial<ReportForm> = {};
  #unsaved: Partial<ReportForm> | null = null;
  #isSending = false;
  #isOver = false;
  /** Photos go with it: it is kept even where nothing is typed. */
  #hasPhotos = false;
  #saving: Promise<void> | null = null;

  /** `hand` null: it is sent from here, as one who has no device does. */
  constructor(store: Store, draft: Draft, isStored: boolean, kick: () => void, hand: Hand | null) {
    this.#store = store;
    this.#draft = draft;
    this.#form = draft.form;
    this.#isStored = isStored;
    this.#didFail = store.isLoose(draft.ticket);
    this.#kick = kick;
    this.#hand = hand;
  }

  get ticket(): string {
    return this.#draft.ticket;
  }

  get form(): ReportForm {
    return this.#form;
  }

  /** What keeps it from leaving, in the order of the form. */
  get wrong(): readonly Wrong[] {
    return wrongIn(this.#form);
  }

  /** When these words were last stored; null = they are not. */
  get savedAt(): number | null {
    return this.#isStored && !this.#isGone && !this.#didFail ? this.#draft.savedAt : null;
  }

  /** True when this device did not keep it: it lasts as long as the page. */
  get didFail(): boolean {
    return this.#didFail;
  }

  /** True when another tab discarded it, and nothing was typed since. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** A draft with a photo is one, also before the first word. */
  keepPhotos(hasPhotos: boolean): void {
    if (hasPhotos === this.#hasPhotos) return;
    this.#hasPhotos = hasPhotos;
    this.set({});
  }

  set(change: Partial<ReportForm>): void {
    this.#form = { ...this.#form, ...change };
    this.#unsaved = { ...this.#unsaved, ...change };
    void this.#save();
  }

  /** Stores what stands on the screen once more. */
  async keepAll(): Promise<void> {
    if (!this.#isEmpty(this.#form)) this.set(this.#form);
    await this.#saving;
  }

  /** From here on it leaves by itself. */
  async send(): Promise<void> {
    await this.#saving;
    if (this.#hand !== null && !this.#didFail && (await this.#handOver(this.#hand))) return;
    this.#isSending = true;
    await this.keepAll();
    this.#isSending = false;
    // From now on there is something here that a browser short of space must not clear away.
    void navigator.storage?.persist?.();
    this.#kick();
  }

  /** The same uid twice is one report: another tab may have sent it a moment ago. */
  async #handOver(hand: Hand): Promise<boolean> {
    const finished = send(
      write(this.#draft, this.#form, newUlid(), this.#draft.savedAt),
      Date.now(),
    );
    if (!(await hand(finished))) return false;
    this.#isOver = true;
    void navigator.storage?.persist?.();
    return true;
  }

  /** Takes the words away for good: the person said so. */
  async discard(): Promise<void> {
    this.#isOver = true;
    await this.#saving;
    await this.#store.drop(this.ticket);
  }

  /** What the store has of it now; another tab may have written. */
  follow(stored: Draft | undefined): void {
    if (stored === undefined) {
      this.#isGone = this.#isStored && this.#heard === this.ticket && this.#saving === null;
      return;
    }
    this.#heard = this.ticket;
    this.#isGone = false;
    if (stored.savedAt <= this.#draft.savedAt || !isOpen(stored)) return;
    this.#draft = stored;
    this.#form = { ...stored.form, ...this.#inFlight, ...this.#unsaved };
  }

  #isEmpty(form: ReportForm): boolean {
    return isBlank(form) && !this.#hasPhotos;
  }

  #save(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #saveAll(): Promise<void> {
    while (this.#unsaved && !this.#isOver) {
      this.#inFlight = this.#unsaved;
      this.#unsaved = null;
      const isOurs = await this.#keep(this.#inFlight);
      if (!isOurs) {
        this.#draft = newDraft(newUlid(), newUlid(), Date.now());
        this.#isStored = false;
        this.#unsaved = this.#form;
      }
      this.#inFlight = {};
    }
  }

  /** False = the draft is not ours to change any more. */
  async #keep(change: Partial<ReportForm>): Promise<boolean> {
    const isSending = this.#isSending;
    const uid = newUlid();
    let isOurs = true;
    const after = await this.#store.change(
      this.ticket,
      (stored) => {
        isOurs = stored ? isOpen(stored) || isIn(change, stored.form) : !this.#isStored;
        if (!isOurs || (stored && !isOpen(stored))) return stored;
        const form = { ...(stored?.form ?? this.#form), ...change };
        // Each version is later than the one before, in all tabs.
        const at = Math.max(Date.now(), (stored?.savedAt ?? 0) + 1);
        const written = write(stored ?? this.#draft, form, uid, at);
        if (this.#isEmpty(form)) return undefined;
        return isSending && wrongIn(form).length === 0 ? send(written, Date.now()) : written;
      },
      this.#isStored ? this.#draft : undefined,
    );
    if (!isOurs) return false;
    this.#draft = after ?? this.#draft;
    this.#isStored = after !== undefined;
    this.#isGone = false;
    this.#didFail = this.#store.isLoose(this.ticket);
    return true;
  }
}

function isIn(change: Partial<ReportForm>, form: ReportForm): boolean {
  return Object.entries({ ...form, ...change }).every(
    ([field, value]) => form[field as keyof ReportForm] === value,
  );
}
