/** The transport of contact methods of kind `push`: encrypts, sends, and says what came of it. */

import type { ContactMethod, Outcome } from '@rung/domain/paging/notification.ts';
import type { Subscription } from '@rung/protocol/push.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Outgoing, Transport } from '../transport.ts';
import type { Trouble } from './alarm.ts';
import { openClient } from './client.ts';
import { endpointFault } from './endpoint.ts';
import { openGate } from './gate.ts';
import { blank, busyMs, failingMs } from './memory.ts';
import { payloadFor } from './payload.ts';
import { requestFor, subscriptionIn } from './request.ts';
import { openTokens } from './token.ts';
import { judge } from './verdict.ts';

export type WebPushParts = {
  /** Our VAPID keys, base64url. */
  readonly keys: { readonly publicKey: string; readonly privateKey: string };
  /** Whom a push service can write to about us, `mailto:` or `https:`; null = nobody, and Apple gets nothing. */
  readonly subject: string | null;
  readonly publicUrl: URL;
  /** host:port, beside the known push services and without their guard. */
  readonly allow: readonly string[];
  /** Further push services, by the name of their host. */
  readonly services: readonly string[];
  /** PEM of a further CA that the hosts of `allow` are trusted by. */
  readonly ca: string | null;
  /** A contact method's address as text; null = it is not ours, or another's. */
  readonly unseal: (method: Pick<ContactMethod, 'id' | 'address'>) => string | null;
  /** Of what the domain decides. Tokens and TLS go by the real one. */
  readonly clock: Clock;
  readonly log: Log;
  /** An administrator must look at this push service. May be called for each send. */
  readonly alarm: (about: Trouble) => void;
};

/** With all that one send tries. */
const wholeMs = 10_000;

/** No word of it says an endpoint, a key or a token: hosts only. */
export function openWebPush(parts: WebPushParts): Transport & { close(): void } {
  const { allow, services, subject, ca, publicUrl, unseal, clock, log, alarm } = parts;
  const client = openClient({ allow, ca });
  const tokens = openTokens(parts.keys, subject);
  const gate = openGate({ clock, log });
  let memory = blank;

  async function send(outgoing: Outgoing, method: ContactMethod): Promise<Outcome> {
    const text = unseal(method);
    const to = text === null ? null : subscriptionIn(text);
    if (to === null) return { kind: 'refused', detail: 'its subscription cannot be read' };
    const fault = endpointFault(to.endpoint, { allow, services, subject });
    if (fault !== null) return { kind: 'refused', detail: fault };

    const url = new URL(to.endpoint);
    const at = { host: url.host, endpoint: to.endpoint };
    const rest = gate.restOf(at) ?? restOf(at);
    if (rest !== null) return { kind: 'later', ...rest, wasSent: false };
    const end = gate.begin(at);
    try {
      return await attempt(outgoing, to, url);
    } finally {
      end();
    }
  }

  /** As the gate's, of this subscription alone. */
  function restOf({ host, endpoint }: { readonly host: string; readonly endpoint: string }) {
    const now = clock.now();
    const askedMs = busyMs(memory, endpoint, now);
    if (askedMs > 0) return { afterMs: askedMs, detail: `${host} asked us to wait` };
    const afterMs = failingMs(memory, endpoint, now);
    return afterMs > 0 ? { afterMs, detail: `${host} failed several times in a row` } : null;
  }

  async function attempt(outgoing: Outgoing, to: Subscription, url: URL): Promise<Outcome> {
    const deadline = AbortSignal.timeout(wholeMs);
    let [hasNewToken, isMinimal] = [false, false];
    for (;;) {
      const now = clock.now();
      const payload = payloadFor(outgoing, { publicUrl, now, isMinimal });
      const request = requestFor(to, outgoing, payload, now);
      if (request === null) return { kind: 'refused', detail: 'its keys cannot be used' };
      const authorization = tokens.authorization(url.origin);
      const headers = { ...request.headers, Authorization: authorization };
      const answer = await client.post(url, headers, request.body, deadline);
      const { host } = url;
      const { endpoint } = to;
      gate.heard({ host, endpoint }, answer);
      const about = { host, endpoint, hasNewToken, isMinimal, now: clock.now(), answer };
      const verdict = judge(about, memory);
      memory = verdict.memory;
      if (verdict.alarm !== null) alarm({ host, detail: verdict.alarm });
      if (verdict.warning !== null) {
        log.warn('a push service refuses us for one subscription', {
          host,
          detail: verdict.warning,
        });
      }
      if (verdict.outcome === 'new-token') {
        tokens.drop(url.origin, authorization);
        hasNewToken = true;
      } else if (verdict.outcome === 'minimal') {
        isMinimal = true;
      } else {
        return verdict.outcome;
      }
    }
  }

  return { send, close: () => client.close() };
}
