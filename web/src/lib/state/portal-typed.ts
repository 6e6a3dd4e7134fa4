/**
 * What one client's person typed and the server does not have, kept in this browser with each key, per ticket and kind. Words that
 * were sent and not settled stay as they are and go again by themselves; nothing removes words but the server's receipt, or
 * their person signing out.
 */

import { afterAnswer, isOpen, send, write, type SendAnswer } from '@rung/sync/draft.ts';
import { isBlank, type ReportForm } from '@rung/sync/form.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import {
  anew,
  commandOfWords,
  newWords,
  readWords,
  wrongInWords,
  type Ids,
  type WordKind,
  type Words,
} from '@rung/sync/portal-words.ts';
import { createSubscriber } from 'svelte/reactivity';
import { meaningOf, type Post } from '#lib/sync/send-report.ts';
import { longestReadWaitMs } from './read-again.ts';

export { isOpen } from '@rung/sync/draft.ts';
export { severityIn, titleOf } from '@rung/sync/form.ts';
export { wrongInWords } from '@rung/sync/portal-words.ts';

export type Surroundings = {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & { keys(): string[] };
  readonly post: Post;
  newUlid(): string;
  now(): number;
  lot(): number;
  later(ms: number, run: () => void): () => void;
  /** Runs with each name that another tab stored or removed; null = nothing was heard for a while. Answers how to stop. */
  elsewhere(heard: (name: string | null) => void): () => void;
};

/** Words of one place: a kind, of one ticket or of one that is to be. */
export type Place = { readonly kind: WordKind; readonly ticket: string | null };

/** Why words that were sent are not settled. */
type Held = { readonly why: 'later' | 'sign-in'; readonly failures: number };

export class PortalTyped {
  readonly #prefix: string;
  readonly #around: Surroundings;
  readonly #all = new Map<string, Words>();
  readonly #sending = new Set<string>();
  readonly #held = new Map<string, Held>();
  readonly #timers = new Map<string, () => void>();
  readonly #onSent: (ticket: string) => void;
  readonly #signedOut: () => void;
  #isKeeping = true;
  #isOver = false;
  #sent: { readonly place: Place; readonly ticket: string } | null = null;
  #update = (): void => {};
  readonly #follow = createSubscriber((update) => {
    this.#update = update;
  });

  constructor(
    person: string,
    around: Surroundings,
    onSent: (ticket: string) => void,
    signedOut: () => void,
  ) {
    this.#prefix = `rung.typed.${person}.`;
    this.#around = around;
    this.#onSent = onSent;
    this.#signedOut = signedOut;
    for (const name of this.#names()) this.#read(name);
  }

  /** Sends what waits, and hears other tabs. Answers how to stop. */
  start(): () => void {
    const deaf = this.#around.elsewhere((name) => {
      if (name !== null) this.#hear(name);
      // What is not kept stands in no store: there is nothing to hear of it.
      else if (this.#isKeeping)
        for (const any of new Set([...this.#all.keys(), ...this.#names()])) this.#hear(any);
    });
    this.sendWaiting();
    return () => {
      this.#isOver = true;
      deaf();
      for (const cancel of this.#timers.values()) cancel();
    };
  }

  /** What stands there; without any words yet, a blank to write on. */
  words(place: Place): Words {
    this.#follow();
    const name = this.#name(place);
    const known = this.#all.get(name);
    if (known) return known;
    const { newUlid, now } = this.#around;
    const ids: Ids = { ticket: place.ticket ?? newUlid(), uid: newUlid() };
    const blank = newWords(place.kind, ids, now());
    this.#all.set(name, blank);
    return blank;
  }

  /** All that the server does not have. */
  get unsent(): readonly Words[] {
    this.#follow();
    return [...this.#all.values()].filter(({ draft }) => !isBlank(draft.form));
  }

  /** False where this browser keeps nothing: words last as long as the page. */
  get isKeeping(): boolean {
    this.#follow();
    return this.#isKeeping;
  }

  isSending(place: Place): boolean {
    this.#follow();
    return this.#sending.has(this.#name(place));
  }

  /** Why they are not with the server although they were sent; null = they were not, or are on their way. */
  heldBy(place: Place): Held['why'] | null {
    this.#follow();
    return this.#held.get(this.#name(place))?.why ?? null;
  }

  /** What the server took last, until something is typed there again. */
  get sent(): { readonly place: Place; readonly ticket: string } | null {
    this.#follow();
    return this.#sent;
  }

  set(place: Place, change: Partial<ReportForm>): void {
    const words = this.#own(place);
    if (!isOpen(words.draft)) return;
    const { newUlid, now } = this.#around;
    const form = { ...words.draft.form, ...change };
    const draft = write(words.draft, form, newUlid(), now());
    if (this.#sent && this.#name(this.#sent.place) === this.#name(place)) this.#sent = null;
    this.#keep(place, { ...words, draft });
  }

  /** From here on they leave by themselves. Nothing where something is wrong with them. */
  async send(place: Place): Promise<void> {
    const words = this.#own(place);
    if (wrongInWords(words).length > 0) return;
    this.#keep(place, { ...words, draft: send(words.draft, this.#around.now()) });
    await this.#try(place);
  }

  /** Lets the person write on what was sent and not settled, as words of their own. */
  change(place: Place): void {
    const name = this.#name(place);
    const words = this.#all.get(name);
    if (words?.draft.standing.kind !== 'waiting' || this.#sending.has(name)) return;
    this.#release(name);
    this.#keep(place, this.#anew(words));
  }

  /** Tries again with all that waits, now. */
  sendWaiting(): void {
    for (const words of this.#all.values()) {
      if (words.draft.standing.kind === 'waiting') void this.#try(placeOf(words));
    }
  }

  /** Deletes everything that this person typed here. */
  forget(): void {
    for (const name of this.#names()) this.#remove(name);
    this.#all.clear();
    this.#update();
  }

  async #try(place: Place): Promise<void> {
    const name = this.#name(place);
    const words = this.#all.get(name);
    const command = words && commandOfWords(words);
    if (!command || this.#sending.has(name)) return;
    this.#timers.get(name)?.();
    this.#sending.add(name);
    this.#update();
    const answer = meaningOf(await this.#around.post(command));
    this.#sending.delete(name);
    // Meanwhile another tab may have heard the same, or their person have gone.
    const now = this.#all.get(name);
    if (now?.draft.uid === command.uid) this.#settle(place, now, answer);
    this.#update();
  }

  #settle(place: Place, words: Words, answer: SendAnswer): void {
    const name = this.#name(place);
    if (answer.kind === 'receipt') {
      this.#done(place, words);
      this.#onSent(words.draft.ticket);
    } else if (answer.kind === 'rejected') {
      this.#release(name);
      this.#keep(place, { ...words, draft: afterAnswer(words.draft, answer, this.#around.now()) });
    } else {
      const failures = (this.#held.get(name)?.failures ?? 0) + 1;
      this.#held.set(name, { why: answer.kind, failures });
      if (answer.kind === 'sign-in') this.#signedOut();
      else if (!this.#isOver) {
        const { lot, later } = this.#around;
        const wait = nextExchange({ failures, retryAfterMs: answer.retryAfterMs, lot: lot() });
        const cancel = later(Math.min(longestReadWaitMs, wait), () => void this.#try(place));
        this.#timers.set(name, cancel);
      }
    }
  }

  #done(place: Place, { draft }: Words): void {
    const name = this.#name(place);
    this.#release(name);
    this.#all.delete(name);
    this.#remove(name);
    this.#sent = { place, ticket: draft.ticket };
  }

  #release(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    this.#held.delete(name);
  }

  /** The words there; under new ids where another tab sent what was kept under theirs, and this one did not hear of it. */
  #own(place: Place): Words {
    const words = this.words(place);
    if (isBlank(words.draft.form) || !this.#isKeeping) return words;
    const stored = this.#stored(this.#name(place))?.draft;
    const isSent = stored?.uid === words.draft.uid && isOpen(words.draft) && !isOpen(stored);
    return stored === undefined || isSent ? this.#anew(words) : words;
  }

  #anew(words: Words): Words {
    const { newUlid, now } = this.#around;
    return anew(words, { ticket: newUlid(), uid: newUlid() }, now());
  }

  #keep(place: Place, words: Words): void {
    const name = this.#name(place);
    this.#all.set(name, words);
    try {
      if (isBlank(words.draft.form)) this.#remove(name);
      else this.#around.storage.setItem(name, JSON.stringify(words));
      this.#isKeeping = true;
    } catch {
      this.#isKeeping = false;
    }
    this.#update();
  }

  /** Another tab wrote on, or the server took what it sent, or its person is gone. */
  #hear(name: string): void {
    if (!name.startsWith(this.#prefix)) return;
    const mine = this.#all.get(name);
    const stored = this.#stored(name);
    if (stored !== null && mine !== undefined && mine.draft.savedAt > stored.draft.savedAt) return;
    if (stored !== null) this.#all.set(name, stored);
    else if (mine !== undefined && !this.#sending.has(name)) {
      this.#release(name);
      this.#all.delete(name);
    }
    this.#update();
  }

  #read(name: string): void {
    const stored = this.#stored(name);
    if (stored !== null) this.#all.set(name, stored);
  }

  #stored(name: string): Words | null {
    try {
      return readWords(JSON.parse(this.#around.storage.getItem(name) ?? 'null'));
    } catch {
      return null;
    }
  }

  #remove(name: string): void {
    try {
      this.#around.storage.removeItem(name);
    } catch {
      // Nothing was kept.
    }
  }

  #names(): readonly string[] {
    try {
      return this.#around.storage.keys().filter((name) => name.startsWith(this.#prefix));
    } catch {
      return [];
    }
  }

  #name({ kind, ticket }: Place): string {
    return `${this.#prefix}${kind === 'report' ? 'new' : ticket}.${kind}`;
  }
}

/** There is one new ticket at a time. */
const placeOf = ({ kind, draft }: Words): Place => ({
  kind,
  ticket: kind === 'report' ? null : draft.ticket,
});
