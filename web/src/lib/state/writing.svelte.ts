import { isBlank, missing, send, write, type Draft, type ReportForm } from '@rung/sync/draft.ts';
import type { Store } from '#lib/local/store.ts';
import { newUlid } from './new-ulid.ts';

/**
 * One report while it is typed. Each key is stored as soon as the one before it is, so that a dead battery takes at
 * most what was typed in the last few milliseconds.
 */
export class Writing {
  #form = $state.raw<ReportForm>({ title: '', site: null, severity: null, description: '' });
  #savedAt = $state<number | null>(null);
  #isUnsaved = $state(false);
  #didFail = $state(false);
  #isSent = $state(false);
  readonly #store: Store;
  readonly #kick: () => void;
  #draft: Draft;
  #isStored: boolean;
  #saving: Promise<void> | null = null;

  constructor(store: Store, draft: Draft, isStored: boolean, kick: () => void) {
    this.#store = store;
    this.#draft = draft;
    this.#isStored = isStored;
    this.#kick = kick;
    this.#form = draft.form;
    if (isStored) this.#savedAt = draft.savedAt;
  }

  get ticket(): string {
    return this.#draft.ticket;
  }

  get form(): ReportForm {
    return this.#form;
  }

  /** What must still be said before it can leave, in the order of the form. */
  get missing(): readonly ('title' | 'severity')[] {
    return missing(this.#form);
  }

  /** When these words were last stored; null = there is nothing to store yet. */
  get savedAt(): number | null {
    return this.#savedAt;
  }

  /** True when this device could not keep it. */
  get didFail(): boolean {
    return this.#didFail;
  }

  /** True from the press of Send until something is typed again. */
  get isSent(): boolean {
    return this.#isSent;
  }

  set(change: Partial<ReportForm>): void {
    this.#isSent = false;
    this.#form = { ...this.#form, ...change };
    this.#isUnsaved = true;
    void this.save();
  }

  /** Resolves when everything typed so far is durable, or could not be kept (`didFail`). */
  save(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => (this.#saving = null));
    return this.#saving;
  }

  /** From here on it leaves by itself. False = it could not be kept, so it was not taken over either. */
  async send(): Promise<boolean> {
    await this.save();
    if (this.#didFail) return false;
    await this.#store.change(this.ticket, (draft) => send(draft, Date.now()));
    this.#isSent = true;
    // From now on there is something here that a browser short of space must not clear away.
    void navigator.storage?.persist?.();
    this.#kick();
    return true;
  }

  async #saveAll(): Promise<void> {
    while (this.#isUnsaved) {
      this.#isUnsaved = false;
      const form = this.#form;
      const at = Date.now();
      try {
        await this.#keep(form, at);
        this.#didFail = false;
        this.#savedAt = this.#isStored ? at : null;
      } catch {
        this.#didFail = true;
      }
    }
  }

  async #keep(form: ReportForm, at: number): Promise<void> {
    this.#draft = write(this.#draft, form, newUlid(), at);
    if (isBlank(form)) {
      if (this.#isStored) await this.#store.remove(this.ticket);
      this.#isStored = false;
    } else if (this.#isStored) {
      // As it is stored now: another tab may have sent it meanwhile, and then it must stay as it was sent.
      await this.#store.change(this.ticket, (stored) => write(stored, form, this.#draft.uid, at));
    } else {
      await this.#store.put(this.#draft);
      this.#isStored = true;
    }
  }
}
