import type { Instant } from '@rung/domain/base/time.ts';
import type { Language } from '@rung/domain/directory/directory.ts';
import type { ContactMethod, Notification, Outcome } from '@rung/domain/paging/notification.ts';

/** What is sent: a notification, who reads it, and the words and numbers that he knows by what it is about. */
export type Outgoing = {
  readonly notification: Notification;
  readonly collapseKey: string;
  /** null = it is about no ticket. */
  readonly ticket: {
    readonly number: number;
    readonly title: string;
    /** When the next rung fires if nobody answers; null = none is armed. */
    readonly answerBy: Instant | null;
    /** Name of who has it; null = nobody. */
    readonly owner: string | null;
  } | null;
  readonly reader: { readonly name: string; readonly language: Language; readonly zone: string };
  /** What a message of no ticket is about: the name of the person whose pager it is, or a host. */
  readonly subject: string | null;
};

/**
 * A way to send to one kind of contact method. It answers how it went and does not throw for what the world does;
 * what it throws is taken for `again`. It must end by itself (10 s).
 */
export type Transport = {
  send(outgoing: Outgoing, method: ContactMethod): Promise<Outcome>;
};

/** By kind of contact method. */
export type Transports = ReadonlyMap<string, Transport>;
