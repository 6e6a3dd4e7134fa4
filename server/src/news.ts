/** What this process tells the others on its database, and what it hears: its own news and theirs come to the same listeners. */

import type { Instant } from '@rung/domain/base/time.ts';
import * as v from 'valibot';
import type { Writer } from './apply/writer.ts';
import type { Auth } from './auth/auth.ts';
import type { Clock } from './clock.ts';
import { callOut, type Listening, openListening } from './db/listen.ts';
import { noticeText } from './db/notice.ts';
import type { Database } from './db/open.ts';
import type { Log } from './log.ts';

/** In a list of scopes or people: perhaps any of them. */
export const anybody = '*';

export type News = {
  /** Scopes of which a row changed, or `anybody`. */
  readonly touched: readonly string[];
  /** The earliest deadline that was written; null = none. */
  readonly dueAt: Instant | null;
  /** When the first of what was written is to be sent; null = nothing is. */
  readonly attemptAt: Instant | null;
  /** People of whom sessions were ended, or `anybody`. */
  readonly ended: readonly string[];
};

/** `isOurs`: this process did it, or may have missed what others did. Else another one did. */
type Listener = (news: News, isOurs: boolean) => void;

export type NewsDesk = {
  on(listener: Listener): void;
  /** Begins to hear the other processes. Their database being away ends nothing: it is tried again. */
  listen(): Promise<void>;
  /** Hears no more; resolves when what was called out has left. */
  close(): Promise<void>;
};

const nothing: News = { touched: [], dueAt: null, attemptAt: null, ended: [] };

const people = v.array(v.string());
const moment = v.nullish(v.number(), null);
const message = v.object({
  from: v.string(),
  touched: v.optional(people, []),
  dueAt: moment,
  attemptAt: moment,
  ended: v.optional(people, []),
});

export function openNews({
  db,
  databaseUrl,
  writer,
  auth,
  clock,
  log,
}: {
  readonly db: Database;
  readonly databaseUrl: URL;
  readonly writer: Pick<Writer, 'onCommit' | 'origin'>;
  readonly auth: Pick<Auth, 'onEnded'>;
  readonly clock: Clock;
  readonly log: Log;
}): NewsDesk {
  const listeners: Listener[] = [];
  const leaving = new Set<Promise<void>>();
  let listening: Listening | null = null;
  let wasLost = false;

  function tell(news: News, isOurs = true): void {
    for (const listener of listeners) {
      try {
        listener(news, isOurs);
      } catch (error) {
        log.error('somebody who hears the news threw', { error });
      }
    }
  }

  /** Whatever was said while nobody listened. */
  function tellAnything(): void {
    const now = clock.now();
    tell({ touched: [anybody], dueAt: now, attemptAt: now, ended: [anybody] });
  }

  function hear(text: string): void {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), message), text);
    // Of another version of Rung, perhaps: it means something.
    if (!read.success) return tellAnything();
    const { from, ...news } = read.output;
    if (from !== writer.origin) tell(news, false);
  }

  // The others hear of a commit by its own transaction (apply/group.ts).
  writer.onCommit(({ touched, dueAt, attemptAt }) =>
    tell({ ...nothing, touched, dueAt, attemptAt }),
  );

  auth.onEnded((ended) => {
    tell({ ...nothing, ended });
    if (db.dialect === 'sqlite') return;
    const from = writer.origin;
    const text = noticeText({ from, ended }, { from, ended: [anybody] });
    const left = callOut(db, text)
      .catch((error: unknown) => {
        log.warn('other servers were not told that sessions ended; they ask in two minutes', {
          error,
        });
      })
      .finally(() => leaving.delete(left));
    leaving.add(left);
  });

  return {
    on: (listener) => void listeners.push(listener),
    async listen() {
      if (db.dialect === 'sqlite') return;
      listening = await openListening(databaseUrl, {
        heard: hear,
        connected() {
          if (wasLost) log.info('this server hears the others again');
          wasLost = false;
          tellAnything();
        },
        lost(error) {
          if (!wasLost) log.warn('this server does not hear the others; it tries again', { error });
          wasLost = true;
        },
      });
    },
    async close() {
      await listening?.close();
      await Promise.all(leaving);
    },
  };
}
