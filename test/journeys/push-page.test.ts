import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { visitor } from '../harness/house.ts';
import { openPhone, type Phone, sendingTo } from '../harness/push-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';
import { methodOf } from '../harness/recorder.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';
import { tagOf } from '../harness/tag-of.ts';

describe.each(dialects)('a page by web push, on %s', (dialect) => {
  let service: PushService;
  let story: Story;
  let phone: Phone;
  beforeEach(async () => {
    service = await openPushService();
    story = await tellStory(dialect, { reachable: ['lena', 'otto'], ...sendingTo(service) });
    phone = await openPhone(story, service, 'mara');
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
  });
  afterEach(async () => {
    await story.end();
    await service.close();
  });

  const reported = (severity: 'S1' | 'S3' = 'S1', title = 'Pump 3 leaks') =>
    story.report('berta', title, { severity });
  const pageState = async (ticket: string) => {
    const row = await story.house.parts.db.read
      .selectFrom('page')
      .select('state')
      .where('id', '=', await story.pageOf('mara', ticket))
      .executeTakeFirst();
    return row?.state;
  };

  test('comes encrypted, small, with the headers that wake a phone, and says what is to be decided', async () => {
    const ticket = await reported();
    const [page] = phone.got();
    const number = (await story.ticket(ticket)).number;
    expect(page).toMatchObject({
      title: 'S1 · Pump 3 leaks · ack by 13:05',
      lang: 'en',
      tag: tagOf(ticket, 'mara'),
      silent: false,
      navigate: `${story.house.config.publicUrl.origin}/live/${ticket}`,
      data: {
        says: 'page',
        person: 'mara',
        name: 'Mara',
        ticket,
        page: await story.pageOf('mara', ticket),
        seen: { generation: 1, severity: 'S1' },
        at: story.house.clock.now(),
      },
    });
    expect(page?.body).toContain(`#${number}`);
    const { headers, claims, size } = page!.sent;
    expect(headers).toMatchObject({
      urgency: 'high',
      topic: `${ticket}-mara`,
      ttl: String(24 * 3600),
      'content-encoding': 'aes128gcm',
    });
    expect(claims).toMatchObject({ aud: service.origin, sub: 'mailto:ops@example.org' });
    expect(size).toBeLessThan(1000);
  });

  test('uses one connection and one token for one after the other', async () => {
    await reported();
    await reported('S3', 'door');
    await reported('S3', 'light');
    const [first, ...others] = phone.got().map(({ sent }) => sent);
    expect(others.map(({ token, connection }) => [token, connection])).toEqual(
      others.map(() => [first?.token, first?.connection]),
    );
    expect(others).toHaveLength(2);
    expect(service.connections).toBe(1);
  });

  test('fits whatever the ticket is called', async () => {
    await reported('S1', '👩‍👩‍👧‍👦'.repeat(18));
    const [page] = phone.got();
    expect(Buffer.byteLength(page!.sent.text!)).toBeLessThanOrEqual(800);
    expect(page?.title).toMatch(/^S1 · (👩‍👩‍👧‍👦)+… · ack by 13:05$/u);
  });

  test('that was shown goes to no other contact method', async () => {
    story.house.clock.forward(seconds(1));
    const ticket = await reported();
    await story.house.forward(seconds(44));
    await phone.show();
    await story.house.forward(minutes(2));
    expect(story.heard()).toEqual([]);
    expect(await pageState(ticket)).toBe('received');
    const { kept } = await phone.state();
    expect(kept).toMatchObject({ isSuspect: false, latencyMs: seconds(44) });
  });

  test('that was accepted and not shown goes to the next after 45 s', async () => {
    await reported();
    await story.house.forward(seconds(45) - 1);
    expect(story.heard()).toEqual([]);
    await story.house.forward(1);
    expect(story.heard()).toEqual(['13:00:45 mara page (mara-2)']);
    expect(phone.heard()).toEqual(['page']);
  });

  test('counts as shown only when this device says so', async () => {
    const ottos = await openPhone(story, service, 'otto');
    story.house.clock.forward(seconds(1));
    const tablet = await openPhone(story, service, 'mara');
    await reported();
    const [page] = phone.got();
    const json = { receipts: [{ notification: page!.data.id, kind: 'displayed' }] };
    for (const { visit } of [ottos, tablet]) {
      expect((await visit('/api/receipts', { json })).status).toBe(204);
    }
    const nobody = visitor(story.house.url, { authorization: `Device ${phone.id}.x` });
    expect((await nobody('/api/receipts', { json })).status).toBe(401);
    await story.house.forward(seconds(45));
    expect(story.heard()).toEqual(['13:00:46 mara page (mara-2)']);
  });

  test('that was opened is seen', async () => {
    const ticket = await reported();
    await phone.show();
    await phone.show(undefined, 'opened');
    expect(await pageState(ticket)).toBe('seen');
  });

  test('is taken back quietly, in the same place on the screen and at the push service', async () => {
    const ticket = await reported();
    await story.act('lena', ticket, 'acknowledge', {});
    const [page, taken] = phone.got();
    expect(taken).toMatchObject({
      tag: page?.tag,
      silent: true,
      data: { says: 'taken', seen: null },
    });
    expect(taken?.title).toContain('Lena');
    expect(taken?.data.page).toBe(page?.data.page);
    const { topic, ttl, urgency } = taken!.sent.headers;
    expect([topic, ttl, urgency]).toEqual([page!.sent.headers['topic'], '86400', 'high']);
    await story.house.forward(minutes(10));
    expect(phone.got()).toEqual([]);
    expect(story.heard()).not.toContain('13:00:45 mara page (mara-2)');
  });

  test('that is on its way while it is answered is taken back when it has arrived', async () => {
    const request = reportMessage('Pump 3 leaks', { site: 'oven-hall', severity: 'S1' });
    const { ticket } = request.command.args;
    const gate = Promise.withResolvers<void>();
    service.script('*', { until: gate.promise });
    const arrived = service.arrived(service.received.length + 1);
    await send(await story.as('berta'), request);
    const sending = story.house.look();
    await arrived;
    const seen = { generation: 1, severity: 'S1' } as const;
    await send(await story.as('lena'), requestOf('acknowledge', { ticket, seen }));
    gate.resolve();
    await sending;
    await story.house.look();
    expect(phone.heard()).toEqual(['page', 'taken']);
  });

  test('goes to her other device where the first shows nothing, and is taken back on both', async () => {
    story.answer('mara-2', { kind: 'accepted' });
    story.house.clock.forward(seconds(1));
    const tablet = await openPhone(story, service, 'mara');
    const ticket = await reported();
    await story.house.forward(seconds(45));
    expect(story.heard()).toEqual(['13:00:46 mara page (mara-2)']);
    expect([phone.heard(), tablet.heard()]).toEqual([['page'], []]);
    await story.house.forward(seconds(45));
    expect([phone.heard(), tablet.heard()]).toEqual([[], ['page']]);
    await tablet.show();
    await story.act('lena', ticket, 'acknowledge', {});
    expect([phone.heard(), tablet.heard()]).toEqual([['taken'], ['taken']]);
    expect(story.heard()).toEqual(['13:01:31 mara taken (mara-2)']);
  });

  test('of two people with one browser goes to each for himself, and ends for each alone', async () => {
    const lenas = await openPhone(story, service, 'lena', phone.browser);
    await reported();
    expect([phone.heard(), lenas.heard()]).toEqual([['page'], []]);
    await story.house.forward(minutes(5));
    expect(lenas.heard()).toEqual(['page']);
    const ended = await phone.visit('/api/subscription', { method: 'DELETE' });
    expect(ended.status).toBe(204);
    await reported('S1', 'door');
    expect(phone.heard()).toEqual([]);
    expect((await lenas.state()).kept).toMatchObject({ isBroken: false });
    await story.house.forward(minutes(5));
    expect(lenas.heard()).toContain('page');
  });

  test('of one person with two devices of one browser goes to the newer only', async () => {
    const newer = await openPhone(story, service, 'mara', phone.browser);
    expect((await phone.state()).kept).toBeNull();
    expect((await newer.state()).kept).not.toBeNull();
    await reported();
    // The recorder's is older than the newer device.
    await story.house.forward(seconds(45));
    expect(newer.heard().filter((says) => says === 'page')).toHaveLength(1);
  });

  test('ends with its device: signed out, or removed', async () => {
    const mara = await story.as('mara');
    await mara(`/api/devices/${phone.id}`, { method: 'DELETE' });
    await reported();
    expect(phone.got()).toEqual([]);
    expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
  });

  test('asks "still on it?" no longer than it is asked', async () => {
    const ticket = await reported();
    await phone.show();
    await story.act('mara', ticket, 'acknowledge', {});
    phone.got();
    await story.house.forward(minutes(31));
    const asked = phone.got().find(({ data }) => data.says === 'still-on-it');
    expect(asked?.sent.headers).toMatchObject({
      urgency: 'high',
      ttl: '300',
      topic: `${ticket}-mara`,
    });
    expect(asked?.data).toMatchObject({ seen: { severity: 'S1' } });
  });

  test('leaves no word of endpoints, keys or tokens in the log', async () => {
    service.script('*', { status: 503 }, { status: 400, body: `no: ${phone.browser.endpoint}` });
    await reported();
    await story.house.forward(hours(1));
    const { endpoint, keys } = phone.browser;
    const log = story.house.logged.join('\n');
    const secrets = [endpoint, endpoint.split('/').at(-1)!, keys.p256dh, keys.auth];
    for (const secret of secrets) expect(log).not.toContain(secret);
    const tokens = new Set(service.received.map(({ token }) => token!));
    for (const token of tokens) expect(log).not.toContain(token.split('.')[2]);
    const tries = await story.house.parts.db.read.selectFrom('attempt').selectAll().execute();
    for (const secret of secrets) expect(JSON.stringify(tries)).not.toContain(secret);
    expect(tries.some(({ detail }) => detail?.includes('400'))).toBe(true);
  });
});
