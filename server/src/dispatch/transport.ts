import type { ContactMethod, Notification, Outcome } from '@rung/domain/paging/notification.ts';

/** What is sent: a notification, and the words and numbers that a person knows its ticket by. */
export type Outgoing = {
  readonly notification: Notification;
  readonly collapseKey: string;
  readonly ticket: { readonly number: number; readonly title: string };
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
