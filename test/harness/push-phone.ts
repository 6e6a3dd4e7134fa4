import type { Registered } from '@rung/protocol/device.ts';
import { type PushPayload, readPush } from '@rung/protocol/push-payload.ts';
import type { SubscriptionState } from '@rung/protocol/push.ts';
import type { PersonKey } from './company.ts';
import { type Visitor, visitor } from './house.ts';
import type { PushService, PushSubscribed, Received } from './push-service.ts';
import type { Story } from './story.ts';

/** A push as a phone reads it, and how it came. */
export type Got = PushPayload['notification'] & { readonly sent: Received };

/** A phone of a person: a registered device that takes pushes at the tests' own push service. */
export type Phone = {
  readonly id: string;
  readonly browser: PushSubscribed;
  /** Speaks with the device's own secret. */
  readonly visit: Visitor;
  /** What it was sent and the push service took since this was asked last. @throws for what is none of ours, or not for it */
  got(): readonly Got[];
  /** As `got`, what each says. */
  heard(): readonly string[];
  /** Tells the server that it showed the newest it was sent, or this one. */
  show(got?: Got, kind?: 'displayed' | 'opened'): Promise<void>;
  /** How the server thinks of its subscription. */
  state(): Promise<SubscriptionState>;
  /** Says where it takes pushes: where it does already, or at another's endpoint, or at a new one. */
  subscribe(at?: PushSubscribed | 'anew'): Promise<Response>;
};

/** A house that sends to this service. Its people are reachable in no other way than by their phones and what is added. */
export const sendingTo = (...services: readonly [PushService, ...PushService[]]) => ({
  sendsPushes: true,
  pushAllow: services.map(({ hostPort }) => hostPort),
  pushCa: services[0].authority.pem,
  pushSubject: 'mailto:ops@example.org',
});

/** The person's new phone, subscribed; the check that greets it was shown. `at`: it takes pushes there, as another does. */
export async function openPhone(
  story: Pick<Story, 'as' | 'house'>,
  service: PushService,
  person: PersonKey,
  at?: PushSubscribed,
): Promise<Phone> {
  const visits = await story.as(person);
  const answer = await visits('/api/devices', { json: {} });
  const { device, secret } = (await answer.json()) as Registered;
  const headers = { authorization: `Device ${device}.${secret}` };
  const visit: Visitor = (...asked) => visitor(story.house.url, headers)(...asked);
  const state = async () => (await (await visit('/api/subscription')).json()) as SubscriptionState;
  const { publicKey } = await state();
  let browser = at ?? (await service.subscribe(publicKey));
  let read = service.received.length;

  const phone: Phone = {
    id: device,
    visit,
    state,
    get browser() {
      return browser;
    },
    got() {
      const fresh = service.received.slice(read);
      read = service.received.length;
      return fresh.flatMap((sent) => {
        const isTaken = sent.status !== null && sent.status < 300;
        if (!isTaken || sent.endpoint !== browser.endpoint) return [];
        const push = readPush(sent.text ?? '');
        if (sent.fault !== null || push === null) throw new Error(sent.fault ?? sent.text ?? '');
        return push.data.person === person ? [{ ...push, sent }] : [];
      });
    },
    heard: () => phone.got().map(({ data }) => data.says),
    async show(got, kind = 'displayed') {
      const newest = service.received.findLast(({ endpoint }) => endpoint === browser.endpoint);
      const { data } = got ?? readPush(newest?.text ?? '') ?? {};
      if (data === undefined) throw new Error(`${person} was shown nothing`);
      const receipts = [{ notification: data.id, kind }];
      const { status } = await visit('/api/receipts', { json: { receipts } });
      if (status !== 204) throw new Error(`the receipt was answered ${status}`);
      await story.house.look();
    },
    async subscribe(to = browser) {
      browser = to === 'anew' ? await service.subscribe(publicKey) : to;
      const { endpoint, keys } = browser;
      const put = { method: 'PUT', json: { endpoint, keys } };
      const said = await visit('/api/subscription', put);
      await story.house.look();
      return said;
    },
  };
  const said = await phone.subscribe();
  if (said.status !== 204) throw new Error(`${said.status} ${await said.text()}`);
  if (phone.heard().join() !== 'pager-works') throw new Error(`${person} was not greeted`);
  await phone.show();
  return phone;
}
