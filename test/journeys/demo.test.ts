import type { DeviceList } from '@rung/protocol/device.ts';
import type { DemoPaged, DemoPhones } from '@rung/protocol/demo.ts';
import type { Timeline } from '@rung/protocol/ticket-view.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PersonKey } from '../harness/company.ts';
import { freshPlace, type Place } from '../harness/dialects.ts';
import { cookieOf, testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';
import { openPhone, sendingTo } from '../harness/push-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** Lets time pass, and the demo take its turns. */
async function play(house: TestHouse, ms: number): Promise<void> {
  const { clock, demo } = house;
  const until = clock.now() + ms;
  while (clock.now() < until) {
    const next = (await demo?.turn()) ?? until;
    await house.forward(Math.min(next, until) - clock.now());
  }
}

async function be(house: TestHouse, person: string, as = house.stranger): Promise<Visitor> {
  const answer = await as('/api/demo/be', { json: { person } });
  if (!answer.ok) throw new Error(await answer.text());
  return visitor(house.url, { cookie: cookieOf(answer) });
}

/** A page that stays open: its visitor is there. */
async function stay(visit: Visitor): Promise<() => Promise<void>> {
  const reader = (await visit('/api/live')).body?.getReader();
  // Whoever does not read is thought to be gone.
  const read = async (): Promise<void> => {
    while ((await reader?.read())?.done === false);
  };
  const reading = read();
  return async () => {
    await reader?.cancel();
    await reading;
  };
}

type Listed = { readonly id: string; readonly phase: string; readonly owner: string | null };

async function open(house: TestHouse): Promise<readonly Listed[]> {
  const { db } = house.parts;
  const rows = await db.read
    .selectFrom('ticket')
    .select(['id', 'phase', 'owner'])
    .where('phase', 'in', ['open', 'acknowledged', 'in-progress'])
    .execute();
  return rows.map(({ id, phase, owner }) => ({ id, phase: phase ?? '', owner }));
}

const phonesOf = async (house: TestHouse) =>
  ((await (await house.stranger('/api/demo/phones')).json()) as DemoPhones).phones;

const troubles = ({ logged }: TestHouse) =>
  logged.filter((line) => /level: '(error|warn)'/.test(line));

describe('the demo company', () => {
  let place: Place;
  let house: TestHouse;
  beforeAll(async () => {
    place = await freshPlace('sqlite');
    house = await testHouse('sqlite', { place, isEmpty: true, demo: true });
  });
  afterAll(async () => {
    await house.close();
    await place.remove();
  });

  test('within seconds there are sixty tickets, most of them in somebody’s hands', async () => {
    await play(house, 20 * second);
    const tickets = await open(house);
    expect(tickets.length).toBeGreaterThanOrEqual(58);
    expect(tickets.filter(({ owner }) => owner === null).length).toBeLessThan(12);
    expect(troubles(house)).toEqual([]);
  });

  test('while somebody looks it goes on: about sixty, some answered, some solved, a ladder that moves', async () => {
    const dora = await be(house, 'dora');
    const leave = await stay(dora);
    const cameAt = house.clock.now();
    await play(house, 25 * minute);
    await leave();
    expect((await open(house)).length).toBeGreaterThan(45);
    expect((await open(house)).length).toBeLessThan(75);
    const { db } = house.parts;
    const events = await db.read
      .selectFrom('event')
      .select(['name', 'by', 'recorded_at'])
      .execute();
    const names = new Set<string>(events.map(({ name }) => name));
    for (const name of ['acknowledged', 'progressed', 'commented', 'resolved', 'declined']) {
      expect(names).toContain(name);
    }
    expect(events.filter(({ by }) => by === 'gero')).toEqual([]);
    // Nobody plays whom a visitor is.
    const byDora = events.filter((one) => one.by === 'dora' && one.recorded_at >= cameAt);
    expect(byDora).toEqual([]);
    expect(troubles(house)).toEqual([]);
    // Hundreds of turns, each with requests.
  }, 120_000);

  test('one never answers, and so the lead is paged after him', async () => {
    const phones = await phonesOf(house);
    const gero = phones.find(({ person }) => person === 'gero');
    expect(gero).toMatchObject({ isSilent: true, teams: ['Doors and docks'] });
    expect(gero?.shown.length).toBeGreaterThan(0);
    expect(gero?.shown.every(({ answeredAt }) => answeredAt === null)).toBe(true);
    const { db } = house.parts;
    const pages = await db.read
      .selectFrom('page')
      .select(['ticket', 'person', 'created_at', 'received_at'])
      .execute();
    const ofGero = pages.filter(({ person }) => person === 'gero');
    // His phone shows it; he does not.
    expect(ofGero.some(({ received_at }) => received_at !== null)).toBe(true);
    const climbed = ofGero.filter((his) =>
      pages.some((one) => one.person === 'lena' && one.ticket === his.ticket),
    );
    expect(climbed.length).toBeGreaterThan(0);
    const answered = phones.flatMap(({ shown }) => shown).filter((one) => one.answeredAt !== null);
    expect(answered.length).toBeGreaterThan(0);
  });

  test('after three days without a server it goes on from now', async () => {
    const { clock } = house;
    const before = await head(house);
    await house.close();
    clock.forward(3 * day);
    house = await testHouse('sqlite', { place, isEmpty: true, demo: true, clock });
    await play(house, minute);
    // Nobody makes up for three days.
    expect((await head(house)) - before).toBeLessThan(5);
    await play(house, 20 * minute);
    const tickets = await open(house);
    expect(tickets.length).toBeGreaterThan(40);
    expect(tickets.length).toBeLessThan(80);
    expect(troubles(house)).toEqual([]);
  });

  test('a visitor who removes somebody’s simulated phone stops nobody', async () => {
    const tomasz = await be(house, 'tomasz');
    const listed = (await (await tomasz('/api/devices')).json()) as DeviceList;
    const phone = listed.devices.find(({ isRevoked }) => !isRevoked);
    await tomasz('/api/demo/page-me', { method: 'POST' });
    // Shown, and not answered while he is visited.
    await house.look();
    const path = `/api/devices/${phone?.device ?? ''}`;
    expect((await tomasz(path, { method: 'DELETE' })).status).toBe(204);
    await be(house, 'mara', tomasz);
    await play(house, 25 * minute);
    expect(troubles(house)).toEqual([]);
    const his = await be(house, 'tomasz');
    const again = (await (await his('/api/devices')).json()) as DeviceList;
    expect(again.devices.filter(({ isRevoked }) => !isRevoked).length).toBe(1);
  });

  test('while nobody looks it does little', async () => {
    await play(house, 15 * minute);
    const before = await head(house);
    await play(house, 30 * minute);
    expect((await head(house)) - before).toBeLessThan(25);
  });

  async function head({ parts: { db } }: TestHouse): Promise<number> {
    const { next_number: next } = await db.read
      .selectFrom('sync_head')
      .select('next_number')
      .executeTakeFirstOrThrow();
    return next;
  }
});

describe('page me now', () => {
  let service: PushService;
  let house: TestHouse;
  beforeAll(async () => {
    service = await openPushService();
    house = await testHouse('sqlite', { isEmpty: true, demo: true, ...sendingTo(service) });
    await play(house, 20 * second);
  });
  afterAll(async () => {
    await house.close();
    await service.close();
  });

  test('wakes the visitor’s own browser, and not his simulated phone', async () => {
    const mara = await be(house, 'mara');
    const leave = await stay(mara);
    const as = (person: PersonKey) => Promise.resolve(person === 'mara' ? mara : house.stranger);
    const phone = await openPhone({ house, as }, service, 'mara');
    const answer = await mara('/api/demo/page-me', { method: 'POST' });
    expect(answer.status).toBe(200);
    const { ticket } = (await answer.json()) as DemoPaged;
    await house.look();
    const [got] = phone.got();
    expect(got?.data).toMatchObject({ says: 'page', ticket, person: 'mara' });
    expect(got?.title).toMatch(/^S1/);
    const simulated = (await phonesOf(house)).find(({ person }) => person === 'mara');
    expect(simulated).toMatchObject({ isVisited: true });
    expect(simulated?.shown.filter((one) => one.ticket === ticket)).toEqual([]);

    // She is the visitor now: nobody answers in her name.
    await phone.show(got);
    await play(house, 100 * second);
    const timeline = (await (await mara(`/api/tickets/${ticket}/timeline`)).json()) as Timeline;
    expect(
      timeline.events.filter(({ by, name }) => by === 'mara' && name === 'acknowledged'),
    ).toEqual([]);
    await leave();
  });

  test.each(['tomasz', 'dora', 'lena', 'carla'])('also %s can be paged', async (person) => {
    const visit = await be(house, person);
    const answer = await visit('/api/demo/page-me', { method: 'POST' });
    expect([person, answer.status]).toEqual([person, 200]);
    const { ticket } = (await answer.json()) as DemoPaged;
    await house.look();
    const phones = await phonesOf(house);
    // Without a browser that takes pages his simulated phone shows it.
    const his = phones.find((phone) => phone.person === person);
    expect(his?.shown[0]).toMatchObject({ ticket, isLoud: true });
  });

  test('a client’s person is told why he is not', async () => {
    const visit = await be(house, 'finn');
    const answer = await visit('/api/demo/page-me', { method: 'POST' });
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'not-paged' }]);
  });

  test('who is nobody cannot ask for it', async () => {
    const answer = await house.stranger('/api/demo/page-me', { method: 'POST' });
    expect(answer.status).toBe(401);
  });
});
