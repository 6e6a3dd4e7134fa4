import { createHash, ECDH } from 'node:crypto';
import { isSuspect } from '@rung/domain/paging/notification.ts';
import {
  checkRequest,
  type Subscription,
  subscription,
  type SubscriptionState,
} from '@rung/protocol/push.ts';
import { Hono } from 'hono';
import { subscriptionOf } from '../db/contact-methods.ts';
import { addressOf } from '../sealed.ts';
import { askingDevice } from './asking-device.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { openPace, type Pace } from './pace.ts';
import { HttpProblem } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** Every change wakes what waits for its person, and every check is loud, ms. */
const everyMs = 10_000;

/** Where a device takes pages: it says so, sees what is known of it, takes it back, and asks for a page to try it. */
export function subscriptionRoutes(parts: Parts): Hono<Env> {
  const { clock, db, push, writer } = parts;
  // Off and on again must work, and so must a browser that has another one the moment it has the first.
  const changes = openPace({ atOnce: 2, everyMs }, clock);
  const checks = openPace({ atOnce: 1, everyMs }, clock);

  return new Hono<Env>()
    .get('/', guard(parts, 'GET /api/subscription'), async (c) => {
      const row = await keptOf(askingDevice(c).device);
      const kept = row && {
        fingerprint: row.fingerprint,
        isBroken: row.isBroken,
        isSuspect: isSuspect(row),
        shownAt: row.shownAt,
        latencyMs: row.latencyMs,
      };
      return c.json({ publicKey: push.publicKey, kept } satisfies SubscriptionState);
    })

    .put('/', guard(parts, 'PUT /api/subscription'), async (c) => {
      const said = await readBody(c, subscription);
      const fault = push.fault(said.endpoint) ?? keyFault(said);
      if (fault !== null) throw new HttpProblem('refused', sentences[fault], { code: fault });
      const { device, person } = askingDevice(c);
      const text = textOf(said);
      const kept = await keptOf(device);
      if (kept === null || kept.isBroken || kept.text !== text) {
        keepPace(changes, device);
        const address = push.sealer.seal(text, addressOf(device));
        await writer.subscribe({ device, person, address, fingerprint: fingerprintOf(said) });
      }
      return c.body(null, 204);
    })

    .delete('/', guard(parts, 'DELETE /api/subscription'), async (c) => {
      await writer.unsubscribe(askingDevice(c));
      return c.body(null, 204);
    })

    .post('/check', guard(parts, 'POST /api/subscription/check'), async (c) => {
      const { inMs } = await readBody(c, checkRequest);
      const { device, person } = askingDevice(c);
      const kept = await keptOf(device);
      if (kept === null || kept.isBroken) {
        throw new HttpProblem('conflict', 'This device takes no pages yet. Switch them on first.');
      }
      keepPace(checks, device);
      await writer.checkPager({ device, person, at: clock.now() + inMs });
      return c.body(null, 202);
    });

  /** What cannot be unsealed any more nobody can send to: a new one is needed. */
  async function keptOf(device: string) {
    const row = await subscriptionOf(db, device);
    if (row === null) return null;
    const text = push.sealer.unseal(row.address, addressOf(device));
    return { ...row, text, isBroken: row.brokenAt !== null || text === null };
  }
}

/** @throws HttpProblem where it is too soon */
function keepPace(pace: Pace, device: string): void {
  const retryAfter = pace.take(device);
  if (retryAfter === 0) return;
  throw new HttpProblem('too-many', 'This device asked just now. Wait a moment.', { retryAfter });
}

const sentences = {
  'not-https': 'Pages go out by https only, and this push service is elsewhere.',
  'not-allowed': 'This push service is not known here. Your administrator can allow it.',
  'apple-needs-subject':
    'Pages on Apple devices need PUSH_SUBJECT, or PUBLIC_URL on https. Tell your administrator.',
  'not-a-point': 'The key of this subscription is none. Switch pages off and on again.',
} as const;

/** Whoever encrypts for a point that is not on the curve gives away bits of his own key. */
function keyFault({ keys }: Subscription): 'not-a-point' | null {
  const bytes = Buffer.from(keys.p256dh, 'base64url');
  if (bytes[0] !== 4) return 'not-a-point';
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return null;
  } catch {
    return 'not-a-point';
  }
}

/** The same subscription is the same text, in whatever order and with whatever last bits its parts came. */
function textOf({ endpoint, keys }: Subscription): string {
  const exact = (text: string) => Buffer.from(text, 'base64url').toString('base64url');
  const { p256dh, auth } = keys;
  return JSON.stringify({ endpoint, keys: { p256dh: exact(p256dh), auth: exact(auth) } });
}

function fingerprintOf({ endpoint }: Subscription): string {
  return createHash('sha256').update(endpoint).digest('base64url');
}
