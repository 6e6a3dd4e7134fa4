import { Agent } from 'node:https';
import webPush from 'web-push';
import { options, pageAt, payloadAt, subject } from './page.ts';
import { nth, type Way } from './ways.ts';

/** web-push as its README says; `agent`: what one can tune about it. It throws for what is not taken. */
const sending =
  (agent: Agent | null): Way =>
  ({ keys }) =>
  (to) => {
    const now = Date.now();
    const payload = payloadAt(now);
    const vapidDetails = { subject, ...keys };
    const topic = pageAt(now).collapseKey;
    const more = { ...options, topic, vapidDetails, ...(agent === null ? {} : { agent }) };
    return async (n) => void (await webPush.sendNotification(nth(to, n), payload, more));
  };

export const peer = sending(null);
export const tunedPeer = sending(new Agent({ keepAlive: true, maxSockets: 50, timeout: 60_000 }));
