import type { Message } from '@rung/domain/paging/message.ts';
import type { Outgoing } from '../transport.ts';

/** 2026-11-22, 02:55 in Berlin. */
export const night = Date.UTC(2026, 10, 22, 1, 55);

export const ticketId = '01KAHJ3ZZZZZZZZZZZZZZZZZZ1';

type Ticket = NonNullable<Outgoing['ticket']>;

/** A page about a cold store, to Mara in Berlin, unless it is said otherwise. */
export function outgoing({
  message: said = {},
  ticket = {},
  reader = {},
  subject = null,
}: {
  readonly message?: Partial<Message>;
  readonly ticket?: Partial<Ticket> | null;
  readonly reader?: Partial<Outgoing['reader']>;
  readonly subject?: string | null;
} = {}): Outgoing {
  const message: Message = {
    id: `${ticketId}.4.1`,
    ticket: ticketId,
    subject: null,
    person: 'mara',
    page: `${ticketId}.4.1`,
    isLoud: true,
    generation: 1,
    severity: 'S1',
    says: 'page',
    ...said,
  };
  return {
    notification: {
      id: `${message.id}/1`,
      message,
      method: 'phone',
      state: 'queued',
      detail: null,
      attempts: 0,
      createdAt: night,
      nextAttemptAt: night,
    },
    collapseKey: message.ticket ?? message.says,
    ticket:
      ticket === null
        ? null
        : {
            number: 1042,
            title: 'Cold store 4 too warm',
            answerBy: night + 12 * 60_000,
            owner: null,
            ...ticket,
          },
    reader: { name: 'Mara Lind', language: 'en', zone: 'Europe/Berlin', ...reader },
    subject,
  };
}

/** One of no ticket. */
export function aboutPager(
  says: Message['says'],
  person: string,
  subject: string | null,
): Outgoing {
  const id = `pager.phone.${night}.1`;
  const message = { id, ticket: null, subject: 'mara', person, page: null, says } as const;
  return outgoing({ message, ticket: null, subject });
}
