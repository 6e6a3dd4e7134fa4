/** The page that everybody sends, and whom to. */

import { createECDH, randomBytes } from 'node:crypto';
import type { Subscription } from '@rung/protocol/push.ts';
import { payloadFor } from '../../../server/src/dispatch/push/payload.ts';
import { outgoing } from '../../../server/src/dispatch/push/test-outgoing.ts';
import type { Outgoing } from '../../../server/src/dispatch/transport.ts';

export const publicUrl = new URL('https://rung.example.org');
export const subject = 'mailto:ops@example.org';

/** A page about a cold store, made now. */
export function pageAt(now: number): Outgoing {
  const page = outgoing({ ticket: { answerBy: now + 5 * 60_000 } });
  return { ...page, notification: { ...page.notification, createdAt: now } };
}

/** What ours says of it; peers are given it ready. */
export const payloadAt = (now: number): string =>
  payloadFor(pageAt(now), { publicUrl, now, isMinimal: false });

/** What both of them ask of the push service. */
export const options = {
  TTL: 24 * 60 * 60,
  urgency: 'high',
  contentEncoding: 'aes128gcm',
} as const;

/** So many browsers that take pushes at `origin`. */
export function subscriptionsAt(origin: string, count: number): readonly Subscription[] {
  return Array.from({ length: count }, () => {
    const browser = createECDH('prime256v1');
    browser.generateKeys();
    return {
      endpoint: `${origin}/push/${randomBytes(24).toString('base64url')}`,
      keys: {
        p256dh: browser.getPublicKey('base64url'),
        auth: randomBytes(16).toString('base64url'),
      },
    };
  });
}
