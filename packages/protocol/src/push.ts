/**
 * The pager of a device: where it takes pushes, what it showed, how its person answered. All of it is sent with the device's
 * own secret (`Authorization: Device <ulid>.<secret>`), so that it works at night after the session has ended.
 */

import { severities } from '@rung/domain/directory/directory.ts';
import * as v from 'valibot';
import { instant, offset, ulid } from './text.ts';

const bytes = (n: number) => {
  const length = Math.ceil((n * 4) / 3);
  return v.pipe(
    v.string(),
    v.regex(new RegExp(`^[\\w-]{${length}}=*$`), `is not ${n} bytes in base64url`),
    v.transform((text) => text.replace(/=+$/, '')),
  );
};

/** PUT /api/subscription: as `PushSubscription.toJSON()` says it. */
export const subscription = v.object({
  endpoint: v.pipe(v.string(), v.maxLength(1024, 'is longer than 1024 characters')),
  keys: v.object({
    /** A point of P-256, uncompressed. */
    p256dh: bytes(65),
    auth: bytes(16),
  }),
});
export type Subscription = v.InferOutput<typeof subscription>;

/** PUT /api/subscription: the code of a problem, where nothing can be sent to this endpoint. */
export type EndpointFault = 'not-https' | 'not-allowed' | 'apple-needs-subject';

/** GET /api/subscription: what the server knows of this device's. */
export const subscriptionState = v.object({
  /** The server's VAPID key (RFC 8292), base64url: `applicationServerKey`. */
  publicKey: v.string(),
  /** null = it has none of this device. */
  kept: v.nullable(
    v.object({
      /** SHA-256 of the endpoint, base64url. */
      fingerprint: v.string(),
      /** The push service takes nothing for it any more: a new one is needed. */
      isBroken: v.boolean(),
      /** It took pages and did not show them, twice in a row. */
      isSuspect: v.boolean(),
      /** When it last showed something; null = never. */
      shownAt: v.nullable(instant),
      /** How long the last one took from us to the screen, ms; null = not known. */
      latencyMs: v.nullable(v.number()),
    }),
  ),
});
export type SubscriptionState = v.InferOutput<typeof subscriptionState>;

/** POST /api/subscription/check: "send me a test page", now or in a while, so that the phone can be locked. */
export const checkRequest = v.strictObject({
  inMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10 * 60_000)),
});
export type CheckRequest = v.InferOutput<typeof checkRequest>;

/** Of the notification: `<message>/<n>`. */
const notificationId = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\w.:-]+\/\d{1,5}$/));

/** POST /api/receipts: what this device showed, or what its person opened. Those of others count for nothing. */
export const receipts = v.strictObject({
  receipts: v.pipe(
    v.array(
      v.strictObject({
        notification: notificationId,
        kind: v.picklist(['displayed', 'opened']),
      }),
    ),
    v.minLength(1),
    v.maxLength(50),
  ),
});
export type Receipts = v.InferOutput<typeof receipts>;

/** POST /api/pages/:id/answer; answered as a command is (`outcome` in command.ts). A repeat is harmless by its uid. */
export const pageAnswer = v.strictObject({
  uid: ulid,
  answer: v.picklist(['acknowledge', 'decline']),
  /** The device's clock when the person answered, and as this leaves. */
  at: instant,
  now: instant,
  /** As in a command's envelope. */
  offset,
  seen: v.strictObject({
    generation: v.pipe(v.number(), v.integer(), v.minValue(1)),
    severity: v.picklist(severities),
  }),
});
export type PageAnswer = v.InferOutput<typeof pageAnswer>;
