/** How people of the demo act: as everybody, over HTTP, each with his session or with his phone's secret. */

import { type OutcomeMessage, outcome } from '@rung/protocol/command.ts';
import { ulid } from 'ulid';
import * as v from 'valibot';
import type { Auth } from '../../auth/auth.ts';
import type { Clock } from '../../clock.ts';
import type { Phone, Phones } from './phones.ts';
import { type Act } from './world.ts';

export type Hands = {
  /** Answers what became of it. @throws when the server takes it from nobody now */
  act(act: Act): Promise<OutcomeMessage>;
  /** Tells what the phones showed. */
  tellShown(): Promise<void>;
};

type Parts = {
  readonly auth: Pick<Auth, 'enter'>;
  readonly clock: Clock;
  readonly phones: Phones;
  readonly url: URL;
};

/** As many as one request may tell of. */
const mostReceipts = 50;

export function openHands({ auth, clock, phones, url }: Parts): Hands {
  const cookies = new Map<string, string>();

  async function cookieOf(person: string): Promise<string> {
    const known = cookies.get(person);
    if (known !== undefined) return known;
    const set = await auth.enter(person, new Headers());
    const cookie = set.map((one) => one.split(';')[0]).join('; ');
    cookies.set(person, cookie);
    return cookie;
  }

  function post(path: string, headers: Record<string, string>, body: object): Promise<Response> {
    return fetch(new URL(path, url), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** His session may be over: somebody ended it, or a month went by. */
  async function send(person: string, body: object): Promise<Response> {
    const first = await post('/api/commands', { cookie: await cookieOf(person) }, body);
    if (first.status !== 401) return first;
    await first.body?.cancel();
    cookies.delete(person);
    return post('/api/commands', { cookie: await cookieOf(person) }, body);
  }

  /** What his phone asks. null = the server does not know it any more. */
  async function onPhone(person: string, { authorization }: Phone, path: string, body: object) {
    const answer = await post(path, { authorization }, body);
    if (answer.status !== 401 && answer.status !== 403) return answer;
    await answer.body?.cancel();
    phones.lost(person);
    return null;
  }

  /** On his phone where the answer is to a page and he has one, else in the app. */
  async function sent({ person, command, agoMs, page }: Act): Promise<Response> {
    const now = clock.now();
    const uid = ulid(now);
    const phone = phones.of(person);
    const isAnswer = command.name === 'acknowledge' || command.name === 'decline';
    const stamp = { uid, at: now - agoMs, offset: agoMs === 0 ? 0 : null };
    const { name, args } = command;
    const inApp = () => send(person, { now, command: { ...stamp, name, args } });
    if (!isAnswer || page === null || phone === null) return inApp();
    // Of a no nothing is read of what he saw.
    const seen =
      command.name === 'acknowledge' ? command.args.seen : { generation: 1, severity: 'S1' };
    const body = { ...stamp, now, answer: command.name, seen };
    return (await onPhone(person, phone, `/api/pages/${page}/answer`, body)) ?? inApp();
  }

  return {
    async act(act) {
      const answer = await sent(act);
      const text = await answer.text();
      if (!answer.ok) {
        throw new Error(`${act.person} could not ${act.command.name}: ${answer.status} ${text}`);
      }
      const became = v.parse(outcome, JSON.parse(text));
      const isAcknowledged = act.command.name === 'acknowledge' && became.outcome === 'applied';
      if (act.page !== null && isAcknowledged) phones.answered(act.person, act.page, clock.now());
      return became;
    },

    async tellShown() {
      for (const [person, notifications] of phones.takeUnsaid()) {
        const phone = phones.of(person);
        if (phone === null) continue;
        for (let n = 0; n < notifications.length; n += mostReceipts) {
          const receipts = notifications
            .slice(n, n + mostReceipts)
            .map((notification) => ({ notification, kind: 'displayed' }));
          const answer = await onPhone(person, phone, '/api/receipts', { receipts });
          if (answer === null) break;
          await answer.body?.cancel();
        }
      }
    },
  };
}
