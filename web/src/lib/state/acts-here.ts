import type { Command } from '@rung/domain/ticket/commands.ts';
import { commandOf, type Draft } from '@rung/sync/draft.ts';
import type { Local } from '#lib/local/local.ts';
import type { KeptAnswer } from '#lib/local/pager.ts';
import { discardProblem } from '#lib/local/problems.ts';
import type { Answered } from '#lib/sync/answers.ts';
import { pageWorld } from '#lib/sync/page-world.ts';
import type { NotTaken } from '#lib/sync/photos.ts';
import { loadRules } from '#lib/sync/rules-here.ts';
import { newUlid } from './new-ulid.ts';

export type { NotTaken } from '#lib/sync/photos.ts';

/** What became of an act here: it waits under this uid, or the rules say no. `not-kept`: this device keeps nothing. */
export type Done =
  | { readonly ok: true; readonly uid: string }
  | { readonly ok: false; readonly refusal: { readonly kind: string } };

/** So long the screen has, to show what was done, before it is sent. */
export const shownMs = 50;

const notKept: Done = { ok: false, refusal: { kind: 'not-kept' } };

/** What a person does on his device: it is kept there first, and `kick` has it sent. */
export class ActsHere {
  readonly #local: Local;
  readonly #kick: () => void;
  /** A second tap, while the first is under way, is the same answer. */
  #answering: { readonly page: string; readonly ends: Promise<Answered> } | null = null;

  constructor(local: Local, kick: () => void) {
    this.#local = local;
    this.#kick = kick;
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
}
