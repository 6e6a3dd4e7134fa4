import { createHash } from 'node:crypto';
import type { Instant } from '@rung/domain/base/time.ts';
import { type Says, withdrawals } from '@rung/domain/paging/says.ts';
import { expiresAt } from '@rung/domain/paging/notification.ts';
import { subscription, type Subscription } from '@rung/protocol/push.ts';
import * as v from 'valibot';
import webPush from 'web-push';
import type { Outgoing } from '../transport.ts';

/** Phones that sleep are woken for these; everything else may wait until they wake by themselves. */
const urgent: readonly Says[] = [
  'page',
  'still-on-it',
  'fault',
  'fallback-unproven',
  'pager-works',
  ...withdrawals,
];

const longestTtl = 24 * 60 * 60;

/** A subscription from the text of a contact method's address; null = it is none. */
export function subscriptionIn(text: string): Subscription | null {
  try {
    const read = v.safeParse(subscription, JSON.parse(text));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

export type Request = {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
};

/** The request for one push (RFC 8030, 8188, 8291), all but `Authorization`. null = this subscription's keys are none. */
export function requestFor(
  to: Subscription,
  outgoing: Outgoing,
  payload: string,
  now: Instant,
): Request | null {
  const { notification, collapseKey } = outgoing;
  const leftMs = expiresAt(notification) - now;
  try {
    const { headers, body } = webPush.generateRequestDetails(to, payload, {
      TTL: Math.max(0, Math.min(longestTtl, Math.floor(leftMs / 1000))),
      urgency: urgent.includes(notification.message.says) ? 'high' : 'normal',
      topic: topicOf(collapseKey),
      contentEncoding: 'aes128gcm',
    });
    return { headers: headers as Request['headers'], body };
  } catch {
    return null;
  }
}

/** At most 32 characters of base64url (RFC 8030, section 5.4); what does not fit is hashed. */
export function topicOf(collapseKey: string): string {
  return /^[\w-]{1,32}$/.test(collapseKey)
    ? collapseKey
    : createHash('sha256').update(collapseKey).digest('base64url').slice(0, 32);
}
