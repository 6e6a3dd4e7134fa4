/**
 * Sends the bytes of pictures: text before bytes, so only of those whose `attach` waits no more; the oldest first, one at a
 * time, in one tab.
 *
 *   attached ──its command is settled──▶ upload ──the server names our hash, then its log──▶ gone from here
 *                                          │ ╰──a no for good──▶ refused: kept, and shown with why
 *                                          ╰──anything else──▶ once more, after a wait that grows
 */

import type { Instant } from '@rung/domain/base/time.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import type { Local } from '../local/local.ts';
import { goingOf } from '../local/pictures.ts';
import type { HeldFile } from '../local/rows.ts';
import { attachDrafts } from './attach.ts';
import type { Around } from './sync-loop.ts';
import { uploadPicture, type Uploaded } from './upload.ts';

/** How often one begins anew before it counts as refused. */
const mostTries = 3;

type Held = { readonly retryAfterMs: number | null };
type OfLoop = Pick<Around, 'fetch' | 'later' | 'now' | 'lot' | 'alone' | 'defect'>;

export class Uploads {
  readonly #local: Local;
  readonly #around: OfLoop;
  /** The server has one more, and its ticket says so; or a command waits. */
  readonly #news: () => void;
  readonly #stops = new AbortController();
  readonly #tries = new Map<string, number>();
  /** Those that the server said it has, and which exchange was the last to begin before. */
  readonly #stored = new Map<string, number>();
  #failures = 0;
  #running: Promise<void> | null = null;
  #again = false;
  #cancel: (() => void) | null = null;

  constructor(local: Local, around: OfLoop, news: () => void) {
    this.#local = local;
    this.#around = around;
    this.#news = news;
  }

  /** Sends what may go, or looks once more after what is under way. Resolves when nothing is under way. */
  kick(): Promise<void> {
    if (this.#stops.signal.aborted) return Promise.resolve();
    this.#again = true;
    this.#running ??= this.#rounds();
    return this.#running;
  }

  /** Ends what is under way; the server keeps what it has of it. */
  async stop(): Promise<void> {
    this.#stops.abort();
    this.#cancel?.();
    await this.#running;
  }

  async #rounds(): Promise<void> {
    const { signal } = this.#stops;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      this.#cancel?.();
      let held: Held | null;
      try {
        held = await this.#around.alone(() => this.#everything());
      } catch (cause) {
        if (signal.aborted) break;
        this.#around.defect(cause);
        held = { retryAfterMs: null };
      }
      this.#failures = held === null ? 0 : this.#failures + 1;
      if (held === null || signal.aborted) continue;
      const wait = nextExchange({ ...held, failures: this.#failures, lot: this.#around.lot() });
      this.#cancel = this.#around.later(wait, () => void this.kick());
    }
    this.#running = null;
  }

  /** null = nothing is left that goes by itself; a session that ended is waited for by the exchange. */
  async #everything(): Promise<Held | null> {
    if (await attachSent(this.#local, this.#around.now())) this.#news();
    let held: Held | null = null;
    const done = new Set<string>();
    for (;;) {
      const picture = (await readyIn(this.#local)).find(({ id }) => !done.has(id));
      if (picture === undefined || this.#stops.signal.aborted) return held;
      done.add(picture.id);
      const uploaded = await this.#upload(picture);
      if (uploaded.kind === 'sign-in') return null;
      if (uploaded.kind === 'later') {
        held = uploaded;
        // Nobody there: the others would fare no better.
        if (!uploaded.isReachable) return held;
      }
      if (uploaded.kind === 'again') held ??= { retryAfterMs: null };
    }
  }

  async #upload(picture: HeldFile): Promise<Uploaded> {
    const { id } = picture;
    const parts = await this.#local.read((reading) => reading.bytes(id));
    // A browser took a part of it away.
    if (parts === null) return this.#refuse(id, 'no-bytes');
    let noted: Promise<unknown> = Promise.resolve();
    const uploaded = await uploadPicture(
      this.#local.person,
      picture,
      parts,
      this.#around,
      this.#stops.signal,
      (sent) => (noted = noted.then(() => change(this.#local, id, { sent })).catch(() => {})),
    );
    await noted;
    switch (uploaded.kind) {
      case 'stored':
        await this.#letGo(id);
        this.#news();
        return uploaded;
      case 'again': {
        const tries = (this.#tries.get(id) ?? 0) + 1;
        this.#tries.set(id, tries);
        return tries < mostTries ? uploaded : this.#refuse(id, uploaded.code);
      }
      case 'refused':
        return this.#refuse(id, uploaded.code);
      case 'sign-in':
      case 'later':
        return uploaded;
    }
  }

  /**
   * The log of its ticket says with the next exchange that it is stored, and takes it from here (take-rows.ts): until then
   * nobody could be told where it is. One of which no log told by the exchange after that goes by itself.
   */
  #letGo(id: string): Promise<void> {
    return this.#local.apply(async ({ meta, dropFiles }) => {
      const { turn } = await meta();
      const before = this.#stored.get(id) ?? turn;
      this.#stored.set(id, before);
      if (turn > before + 1) await dropFiles([id]);
    });
  }

  async #refuse(id: string, code: string): Promise<Uploaded> {
    await change(this.#local, id, { refused: code });
    return { kind: 'refused', code };
  }
}

/** As it is now; one that is gone meanwhile stays gone. */
function change(
  local: Local,
  id: string,
  to: Partial<Pick<HeldFile, 'sent' | 'refused'>>,
): Promise<void> {
  return local.apply(async ({ file }) => {
    const picture = await file.get(id);
    if (picture !== undefined) await file.put([{ ...picture, ...to }]);
  });
}

/** Those whose command the server has taken, the oldest first. One whose command it refused says so itself. */
function readyIn(local: Local): Promise<readonly HeldFile[]> {
  return local.read(async (reading) => {
    // In this order: a picture comes with its command.
    const all = await reading.files();
    return goingOf(all, await reading.outbox());
  });
}

/** A report that left without this device's outbox (it took nothing then) left its pictures here. Answers whether they go now. */
async function attachSent(local: Local, now: Instant): Promise<boolean> {
  const drafts = (await local.read((reading) => reading.files())).filter(
    ({ state }) => state === 'draft',
  );
  if (drafts.length === 0) return false;
  return local.apply(async (writing) => {
    let isNew = false;
    for (const ticket of new Set(drafts.map((picture) => picture.ticket))) {
      const draft = await writing.draft.get(ticket);
      if (draft?.standing.kind !== 'sent') continue;
      await attachDrafts(writing, local.person, ticket, now);
      isNew = true;
    }
    return isNew;
  });
}
