/** The limit: encryption and a request on a connection that stands, with one token, and nothing around it. */

import { connect } from 'node:http2';
import { Agent, request } from 'node:https';
import type { Subscription } from '@rung/protocol/push.ts';
import webPush from 'web-push';
import { encrypted } from './encrypted.ts';
import { options, pageAt, payloadAt, subject } from './page.ts';
import { nth, type SenderOpening, type Way } from './ways.ts';

type Headers = Readonly<Record<string, string | number>>;
/** Resolves with the status when the answer has ended. */
type Post = (to: URL, headers: Headers, body: Buffer) => Promise<number | undefined>;

const sending =
  (open: (origin: string, ca: string) => Post): Way =>
  (opening) =>
  (to) => {
    const now = Date.now();
    const payload = payloadAt(now);
    const { origin } = new URL(nth(to, 0).endpoint);
    const post = open(origin, opening.ca);
    const headers = headersFor(origin, now, opening);
    const send = async (one: Subscription): Promise<void> => {
      const status = await post(new URL(one.endpoint), headers, encrypted(payload, one));
      if (status !== 201) throw new Error(`it answered ${status}`);
    };
    return (n) => send(nth(to, n));
  };

function headersFor(origin: string, now: number, { keys }: SenderOpening): Headers {
  const { publicKey, privateKey } = keys;
  const { contentEncoding, TTL, urgency } = options;
  return {
    ...webPush.getVapidHeaders(origin, subject, publicKey, privateKey, contentEncoding),
    'Content-Encoding': contentEncoding,
    TTL,
    Urgency: urgency,
    Topic: pageAt(now).collapseKey,
  };
}

export const bare = sending((_, ca) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 50, ca });
  return (url, headers, body) =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers });
      sent.on('error', reject).on('response', (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.end(body);
    });
});

export const bareHttp2 = sending((origin, ca) => {
  const session = connect(origin, { ca });
  return ({ pathname }, headers, body) =>
    new Promise((resolve, reject) => {
      const sent = session.request({ ':method': 'POST', ':path': pathname, ...headers });
      let status: number | undefined;
      sent.on('error', reject).on('response', (answer) => (status = answer[':status']));
      sent.resume().on('end', () => resolve(status));
      sent.end(body);
    });
});
