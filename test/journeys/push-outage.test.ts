import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportMessage, send } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { openPhone, type Phone, sendingTo } from '../harness/push-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';
import { methodOf } from '../harness/recorder.ts';
import { minutes, seconds, type Story, tellStory } from '../harness/story.ts';

describe.each(dialects)('while a push service is down, on %s', (dialect) => {
  let service: PushService;
  let other: PushService;
  let story: Story;
  let phone: Phone;
  let ottos: Phone;
  let doras: Phone;
  let maxs: Phone;
  beforeEach(async () => {
    service = await openPushService();
    other = await openPushService(service.authority);
    story = await tellStory(dialect, { reachable: ['ada', 'lena'], ...sendingTo(service, other) });
    phone = await openPhone(story, service, 'mara');
    ottos = await openPhone(story, other, 'otto');
    doras = await openPhone(story, service, 'dora');
    maxs = await openPhone(story, service, 'max');
    // A check so soon after the first would be refused.
    await story.house.forward(seconds(10));
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
    service.fresh();
  });
  afterEach(async () => {
    await story.end();
    await Promise.all([service.close(), other.close()]);
  });

  const reported = (title = 'pump 3 leaks') => story.report('berta', title, { severity: 'S1' });
  /** It fails for three phones: that is not one of them. */
  const broken = async () => {
    service.always('*', { how: 'reset' });
    for (const n of [1, 2, 3]) await reported(`pump ${n}`);
    for (const { visit } of [doras, maxs])
      await visit('/api/subscription/check', { json: { inMs: 0 } });
    await story.house.look();
  };

  test('it is left alone after five failures: pages go the next way at once, others hear nothing of it', async () => {
    await broken();
    story.heard();
    service.fresh();
    await reported('door');
    expect(story.heard()).toContain('13:00:10 mara page (mara-2)');
    expect(service.fresh()).toEqual([]);
    expect(story.house.logged.join('\n')).toContain('a push service does not answer');
    await story.house.forward(minutes(5));
    expect(ottos.heard()).toHaveLength(4);
  });

  test('one try of each every ten seconds shows whether it is back, and one that works opens the door again', async () => {
    story.answer('mara-2', { kind: 'accepted' });
    await broken();
    service.fresh();
    await story.house.forward(seconds(10) - 1);
    expect(service.fresh()).toEqual([]);
    await story.house.forward(seconds(30));
    const probes = service.fresh();
    const of = new Set(probes.map(({ endpoint }) => endpoint));
    expect(of.size).toBe(3);
    // A reset on a kept connection is tried once more on a new one.
    expect(probes.length).toBeLessThanOrEqual(of.size * 3 * 2);
    service.always('*', null);
    await story.house.forward(minutes(1));
    phone.got();
    await reported('door');
    expect(phone.heard()).toEqual(['page']);
    expect(story.house.logged.join('\n')).toContain('a push service answers again');
  });

  test('or only for one phone, the others of this service are sent theirs', async () => {
    service.always(phone.browser.endpoint, { status: 500 });
    for (const n of [1, 2, 3, 4, 5, 6]) await reported(`pump ${n}`);
    service.fresh();
    await reported('door');
    expect(service.fresh()).toEqual([]);
    expect(story.heard()).toContain('13:00:10 mara page (mara-2)');
    await doras.visit('/api/subscription/check', { json: { inMs: 0 } });
    await story.house.look();
    expect(doras.heard()).toEqual(['pager-works']);
    expect(story.house.logged.join('\n')).not.toContain('a push service does not answer');
  });

  test('it hangs, with sixty pages for it: what is for another service does not wait', async () => {
    const gate = Promise.withResolvers<void>();
    service.always('*', { until: gate.promise });
    const berta = await story.as('berta');
    for (let n = 0; n < 60; n += 1) {
      await send(berta, reportMessage(`pump ${n}`, { site: 'oven-hall', severity: 'S1' }));
    }
    const heard = other.received.length;
    await ottos.visit('/api/subscription/check', { json: { inMs: 0 } });
    const looking = story.house.look();
    await other.arrived(heard + 1);
    gate.resolve();
    await looking;
    expect(ottos.heard()).toEqual(['pager-works']);
    expect(phone.heard()).toHaveLength(60);
  });

  test('for twenty minutes: nothing waits for it, and what comes of it afterwards is true then', async () => {
    service.always('*', { how: 'reset' });
    const ticket = await reported();
    const first = story.heard();
    await story.house.forward(seconds(10));
    expect([...first, ...story.heard()]).toEqual(['13:00:20 mara page (mara-2)']);
    await story.act('lena', ticket, 'acknowledge', {});
    const waiting = await reported('door');
    story.answer('mara-2', { kind: 'refused', detail: 'no' });
    await story.house.forward(minutes(20));
    expect(phone.got()).toEqual([]);

    service.always('*', null);
    await story.house.forward(minutes(2));
    const got = phone.got();
    const now = story.house.clock.now();
    for (const { data, sent } of got) {
      expect(Number(sent.headers['ttl'])).toBeGreaterThan(0);
      expect(now - data.at).toBeLessThanOrEqual(minutes(2));
    }
    // Each page that waits for her, once.
    const { pages } = await story.timeline(waiting);
    const others = (await story.timeline(ticket)).pages;
    // She shows nothing of them: by now she counts as unreachable, and may still answer.
    const live = [...pages, ...others].filter(
      ({ person, state }) => person === 'mara' && ['open', 'unreachable'].includes(state),
    );
    expect(live.map(({ id }) => id)).toContain(await story.pageOf('mara', waiting));
    const asked = got.filter(({ data }) => data.says === 'page').map(({ data }) => data.page);
    expect(asked.toSorted()).toEqual(live.map(({ id }) => id).toSorted());
  });

  test('what takes a page back is not sent any more once a newer page of the ticket stands: it would take its place', async () => {
    const ticket = await reported();
    expect(phone.heard()).toEqual(['page']);
    service.always('*', { status: 503 });
    await story.act('lena', ticket, 'acknowledge', {});
    story.answer('mara-2', { kind: 'refused', detail: 'no' });
    // Lena is not heard of again: her word lapses, and Mara is asked once more.
    await story.house.forward(minutes(50));
    expect((await story.stands(ticket)).owner).toBeNull();
    service.always('*', null);
    await story.house.forward(minutes(2));
    const got = phone.got().filter(({ data }) => data.ticket === ticket);
    expect(got.map(({ data }) => [data.says, data.page])).toEqual([
      ['page', await story.pageOf('mara', ticket)],
    ]);
  });

  test('a question that nobody can hear is not asked when its time is over', async () => {
    const ticket = await reported();
    await phone.show();
    await story.act('mara', ticket, 'acknowledge', {});
    await story.house.forward(minutes(29));
    phone.got();
    service.always('*', { status: 503 });
    await story.house.forward(minutes(7));
    expect(service.fresh().some(({ text }) => text?.includes('still-on-it'))).toBe(true);
    service.always('*', null);
    await story.house.forward(minutes(2));
    expect(phone.heard()).not.toContain('still-on-it');
  });
});
