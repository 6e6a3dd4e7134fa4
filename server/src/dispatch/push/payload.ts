import type { Instant } from '@rung/domain/base/time.ts';
import { payloadLimit, type PushPayload } from '@rung/protocol/push-payload.ts';
import type { Outgoing } from '../transport.ts';
import { topicOf } from './request.ts';
import { bytesOf, shorten } from './shorten.ts';
import { wordsFor } from './words.ts';

/** So much of a ticket's title is worth showing: on a lock screen the decision behind it must still be seen. */
const titleSigns = 48;
const ofName = { signs: 40, bytes: 120 } as const;
/** Stands for a ticket's title while the room for it is measured. */
const ellipsis = '…';

/**
 * The JSON that a push carries: at most 800 bytes of UTF-8, as much of the ticket's title as there is room for. `isMinimal`: for
 * push services that find even this too long, without a word of the ticket's.
 */
export function payloadFor(
  outgoing: Outgoing,
  { publicUrl, now, isMinimal }: { publicUrl: URL; now: Instant; isMinimal: boolean },
): string {
  const written = (what: string): PushPayload => composed(outgoing, { publicUrl, now, what });
  const { ticket } = outgoing;
  const measured = Buffer.byteLength(JSON.stringify(written(ellipsis)));
  const bytes = payloadLimit - measured + bytesOf(ellipsis);
  if (!isMinimal && bytes >= bytesOf(ellipsis)) {
    const what = shorten(ticket?.title ?? '', { signs: titleSigns, bytes });
    return JSON.stringify(written(what));
  }
  const { notification, ...rest } = written(ticket === null ? '' : `#${ticket.number}`);
  const data = { ...notification.data, name: '' };
  return JSON.stringify({ ...rest, notification: { ...notification, body: '', data } });
}

/** `what`: the ticket's title, or what stands for it. */
function composed(
  outgoing: Outgoing,
  { publicUrl, now, what }: { publicUrl: URL; now: Instant; what: string },
): PushPayload {
  const { notification, collapseKey, reader, ticket, subject } = outgoing;
  const { message } = notification;
  const named = (text: string | null): string | null =>
    text === null ? null : shorten(text, ofName);
  const brief: Outgoing = {
    ...outgoing,
    subject: named(subject),
    ticket: ticket === null ? null : { ...ticket, owner: named(ticket.owner) },
  };
  const isAsked = message.says === 'page' || message.says === 'still-on-it';
  // What is to be answered opens where that is done; the rest where one reads what became of it.
  const screen = isAsked ? 'live' : 'tickets';
  const path = message.ticket === null ? '/you' : `/${screen}/${message.ticket}`;
  return {
    web_push: 8030,
    mutable: true,
    notification: {
      ...wordsFor(brief, what, now),
      navigate: new URL(path, publicUrl).href,
      lang: reader.language,
      tag: topicOf(collapseKey),
      silent: !message.isLoud,
      data: {
        id: notification.id,
        says: message.says,
        person: message.person,
        name: shorten(reader.name, ofName),
        ticket: message.ticket,
        page: message.page,
        seen:
          isAsked && message.page !== null
            ? { generation: message.generation, severity: message.severity }
            : null,
        at: now,
      },
    },
  };
}
