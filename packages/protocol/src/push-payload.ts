/**
 * What a push carries. The same JSON serves classic web push, where our worker reads it, and declarative web push
 * (https://www.w3.org/TR/push-api/, "declarative push message"), where the browser shows `notification` by itself if the
 * worker does not. Without schemas: the worker loads it.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Language, Severity } from '@rung/domain/directory/directory.ts';
import type { Says } from '@rung/domain/paging/says.ts';

/** Largest payload, bytes of UTF-8 (trust.md, section 1). */
export const payloadLimit = 800;

/** What we say besides what is shown: ids, and what an answer from the notification must say. */
export type PushData = {
  /** Of the notification: what a receipt names. */
  readonly id: string;
  readonly says: Says;
  /** Whose it is: key and name. On a phone that several use it may not be who is signed in. */
  readonly person: string;
  readonly name: string;
  readonly ticket: string | null;
  readonly page: string | null;
  /** What whoever answers from the notification has seen; null = there is nothing to answer. */
  readonly seen: { readonly generation: number; readonly severity: Severity } | null;
  /** The server's clock when it was written. */
  readonly at: Instant;
};

export type PushPayload = {
  readonly web_push: 8030;
  readonly mutable: true;
  readonly notification: {
    /** In the person's language; carries the decision. */
    readonly title: string;
    readonly body: string;
    /** Where a tap leads: absolute, on our origin. */
    readonly navigate: string;
    readonly lang: Language;
    /** The collapse key: a newer one takes its place. */
    readonly tag: string;
    readonly silent: boolean;
    readonly data: PushData;
  };
};

/** Reads a payload by hand; null = it is none of ours, or of another version. */
export function readPush(text: string): PushPayload['notification'] | null {
  try {
    const { notification } = JSON.parse(text) as PushPayload;
    const { title, body, navigate, lang, tag, silent, data } = notification;
    const { id, says, person, name, at } = data;
    const words = [title, body, navigate, lang, tag, id, says, person, name];
    const isOurs = words.every((word) => typeof word === 'string') && typeof silent === 'boolean';
    return isOurs && typeof at === 'number' ? notification : null;
  } catch {
    return null;
  }
}
