import type { ExchangeLine } from '@rung/protocol/exchange.ts';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDirectoryCache } from '../../server/src/db/directory.ts';
import { answer } from '../../server/src/exchange/answer.ts';
import { cookies } from '../../server/src/exchange/cookie.ts';
import { reportArgs } from '../harness/command.ts';
import { copyOf } from '../harness/copies.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { company, type Holder, openWorld, settle, whole, type World } from './pulled-world.ts';

const hour = 3_600_000;
/** A mark after every step that brings something, and one ticket in each; the head is a line, too. */
const tiny = { ...whole, linesAPortion: 2, ticketsAStep: 1, itemsAStep: 3 };

describe.each(dialects)('a long way, on %s', { timeout: 30_000 }, (dialect) => {
  let template: Place;
  let place: Place;
  let world: World;
  beforeAll(async () => {
    template = await freshPlace(dialect);
    await settle(template.databaseUrl);
  });
  afterAll(() => template.remove());
  beforeEach(async () => {
    place = await copyOf(template);
    world = await openWorld(place);
  });
  afterEach(async () => {
    await world.close();
    await place.remove();
  });

  const device = (person: Holder) => {
    const theirs = world.devices.get(person);
    if (theirs === undefined) throw new Error(`${person} has no device`);
    return theirs;
  };
  const assertWhole = async (person: Holder) => {
    const told = await world.exchange(person);
    expect(told.lines.at(-1)).toMatchObject({ t: 'end' });
    const { held, expected } = await world.compare(person);
    expect(held).toEqual(expected);
    return told;
  };
  const modeOf = ([head]: readonly ExchangeLine[]) => (head?.t === 'head' ? head.mode : null);
  /** So many, in a few commits, all with one team. */
  const reportMany = async (count: number, team: 'cold' | 'air') => {
    const claim = { wall: world.clock.now(), offsetBefore: null, offsetAfter: 0 };
    const settled = await Promise.all(
      Array.from({ length: count }, (_, n) => {
        const command = { name: 'report', args: reportArgs(`no ${n}`, { team }) } as const;
        return world.writer.command({ uid: ulid(), claim, person: 'dora', command });
      }),
    );
    await world.forward(0);
    return settled.map(({ ticket }) => ticket ?? '');
  };
  /** Reads until the `n`-th mark; answers whether there was an end before. */
  const upTo = async (person: Holder, n: number, sizes = tiny, meanwhile?: () => Promise<void>) => {
    const told = await world.exchange(person, {
      sizes,
      async between(portions) {
        if (portions === n) await meanwhile?.();
        return portions < n;
      },
    });
    return told.lines.at(-1)?.t === 'end';
  };

  test('a snapshot that breaks off behind the last of its scopes is ended as a snapshot: what it did not send goes', async () => {
    const other = await world.report('dora', { team: 'air' });
    for (let n = 1, isOver = false; !isOver; n += 1) {
      const fan = await world.report('dora', { team: 'air' });
      await assertWhole('pia');
      expect(device('pia').tickets.has(fan)).toBe(true);
      await world.act('dora', fan, 'transfer', { team: 'cold', note: '' });
      await world.writer.sweepMarks(world.clock.now() + 1);
      let fresh = '';
      const told = await world.exchange('pia', {
        sizes: tiny,
        async between(portions) {
          if (portions === 1) {
            fresh = await world.report('dora', { team: 'air' });
            await world.act('quin', other, 'progress', { note: 'Looking' });
          }
          return portions < n;
        },
      });
      isOver = told.lines.at(-1)?.t === 'end';
      await assertWhole('pia');
      expect([n, device('pia').tickets.has(fan)]).toEqual([n, false]);
      await world.act('dora', fresh, 'transfer', { team: 'cold', note: '' });
    }
  });

  test('a scope that was gained and lost between two marks leaves nothing behind', async () => {
    const fan = await world.report('dora', { team: 'air' });
    await world.forward(2 * hour);
    await assertWhole('nils');
    expect(device('nils').tickets.get(fan)?.scopes).toEqual(['user:nils']);
    await world.edit({ teams: { air: { ...company.teams.air, members: ['quin', 'nils'] } } });
    await world.act('quin', fan, 'progress', { note: 'Looking' });
    await upTo('nils', 1);
    await world.edit({ teams: { air: { ...company.teams.air, members: ['quin'] } } });
    await world.act('dora', fan, 'resolve', { resolution: '' });
    await world.act('dora', fan, 'close', {});
    await world.forward(73 * hour);
    await assertWhole('nils');
    expect(device('nils').tickets.has(fan)).toBe(false);
  });

  test('nothing of a ticket comes before the ticket itself', async () => {
    await assertWhole('pia');
    const fan = await world.report('dora', { team: 'air' });
    await world.report('dora', { team: 'air' });
    await world.act('quin', fan, 'progress', { note: 'Looking' });
    await upTo('pia', 1);
    await world.act('dora', fan, 'transfer', { team: 'cold', note: '' });
    await assertWhole('pia');
    expect([...device('pia').pages.values()].filter(({ ticket }) => ticket === fan)).toEqual([]);
  });

  test('more than 2,000 lines come in portions; broken off at every mark, with commands in between, it converges', async () => {
    await reportMany(700, 'cold');
    let marks = 0;
    for (let isOver = false; !isOver;) {
      isOver = await upTo('lena', 1, whole, async () => {
        await world.act('dora', world.tickets[0] ?? (await world.report('dora')), 'progress', {
          note: `at mark ${marks}`,
        });
      });
      if (!isOver) marks += 1;
    }
    expect(marks).toBeGreaterThanOrEqual(2);
    await assertWhole('lena');
  });

  test('a reader that goes on after each mark while the world moves has all of it at the end', async () => {
    const fans = await reportMany(60, 'air');
    let n = 0;
    await world.exchange('pia', {
      sizes: { ...whole, linesAPortion: 20, ticketsAStep: 3, itemsAStep: 3 },
      async between() {
        const [one = '', two = '', three = ''] = fans.slice(n);
        n += 3;
        if (three === '') return;
        await world.act('dora', one, 'transfer', { team: 'cold', note: '' });
        await world.act('dora', two, 'resolve', { resolution: '' });
        await world.act('dora', two, 'close', {});
        if (n % 2 === 0) await world.act('dora', two, 'reopen', { reason: 'Again' });
        await world.act('dora', fans.at(-n) ?? '', 'transfer', { team: 'cold', note: '' });
        await world.act('dora', one, 'transfer', { team: 'air', note: '' });
        await world.report('dora', { team: 'air' });
      },
    });
    const { held, expected } = await world.compare('pia');
    expect(held).toEqual(expected);
  });

  test('of much text a few tickets at a time, one that is larger than a step alone', async () => {
    const fans = await reportMany(30, 'air');
    const note = 'x'.repeat(5000);
    for (const fan of fans) await world.act('dora', fan, 'progress', { note });
    for (let n = 0; n < 20; n += 1) await world.act('dora', fans[7] ?? '', 'progress', { note });
    const sizes = { ...whole, bytesAStep: 20_000, bytesAPortion: 40_000 };
    const told = async () => {
      const { lines } = await world.exchange('pia', { sizes });
      const portions: number[] = [0];
      for (const line of lines) {
        if (line.t === 'mark') portions.push(0);
        else portions[portions.length - 1]! += JSON.stringify(line).length;
      }
      return portions.toSorted((a, b) => b - a);
    };
    const isBounded = ([largest = 0, second = 0, ...more]: readonly number[]) => {
      expect(largest).toBeGreaterThan(100_000);
      expect(largest).toBeLessThan(190_000);
      expect(second).toBeLessThan(70_000);
      expect(more.length).toBeGreaterThan(1);
    };
    isBounded(await told());
    await assertWhole('pia');
    // The same of what changed: none of it was held.
    device('pia').cookie = null;
    await assertWhole('pia');
    for (const fan of fans) await world.act('dora', fan, 'progress', { note });
    for (let n = 0; n < 20; n += 1) await world.act('dora', fans[9] ?? '', 'progress', { note });
    isBounded(await told());
    await assertWhole('pia');
  });

  test('a version with more tickets than a step is sent whole', async () => {
    await assertWhole('lena');
    await reportMany(100, 'cold');
    const { rows } = { rows: await world.db.read.selectFrom('ticket').select('ver').execute() };
    expect(
      Math.max(...[...Map.groupBy(rows, ({ ver }) => ver).values()].map((one) => one.length)),
    ).toBeGreaterThan(3);
    await world.exchange('lena', {
      sizes: { ...whole, linesAPortion: 5, ticketsAStep: 3, itemsAStep: 3 },
    });
    const { held, expected } = await world.compare('lena');
    expect(held).toEqual(expected);
  });

  test('3,000 items of the directory in one edit', async () => {
    await assertWhole('nils');
    const sites = Object.fromEntries(
      Array.from({ length: 3000 }, (_, n) => [`s-${n}`, { name: `Site ${n}`, client: 'bakery' }]),
    );
    await world.edit({ sites });
    expect(modeOf((await assertWhole('nils')).lines)).toBe('delta');
    expect(device('nils').ref.get('site/s-2999')).toMatchObject({ name: 'Site 2999' });
    // More than a step of them, and of several edits: a few at a time.
    for (const n of [1, 2, 3, 4, 5]) {
      const sites = Object.fromEntries(
        [0, 1].map((m) => [`t-${n}-${m}`, { name: `${n}`, client: 'bakery' }]),
      );
      await world.edit({ sites });
    }
    const sizes = { ...whole, linesAPortion: 2, itemsAStep: 3 };
    const { lines } = await world.exchange('nils', { sizes });
    expect(lines.filter(({ t }) => t === 'mark').length).toBeGreaterThan(2);
    await assertWhole('nils');
    // And to somebody who has nothing yet.
    expect(modeOf((await assertWhole('otto')).lines)).toBe('snapshot');
  });

  test('a scope that is new in the middle of a long way is sent too', async () => {
    await reportMany(20, 'air');
    await assertWhole('nils');
    await world.edit({ teams: { air: { ...company.teams.air, members: ['nils'] } } });
    for (let n = 1; n < 12; n += 1) {
      await upTo('nils', n, { ...tiny, ticketsAStep: 2 }, async () => {
        const isIn = n % 2 === 0;
        await world.edit({
          people: {
            nils: { ...company.people.nils, roles: isIn ? ['staff', 'manager'] : ['staff'] },
          },
        });
        await world.report('dora', { team: 'cold' });
      });
    }
    await assertWhole('nils');
  });

  test('of a scope that is lost in the middle of the way nothing more is sent', async () => {
    const fans = await reportMany(20, 'air');
    const told = await world.exchange('quin', {
      sizes: { ...whole, linesAPortion: 10, ticketsAStep: 1, itemsAStep: 100 },
      async between(portions) {
        if (portions !== 2) return;
        await world.edit({ teams: { air: { ...company.teams.air, members: ['otto'] } } });
      },
    });
    expect(told.lines.at(-1)).toMatchObject({ t: 'mark' });
    const told2 = told.lines.filter((line) => line.t === 'put' && line.e === 'ticket');
    expect(told2.length).toBeLessThan(fans.length / 2);
    const again = await assertWhole('quin');
    expect(again.lines[0]).toMatchObject({ scopes: { del: ['team:air'] } });
  });

  test('of a scope that is gained and lost in the middle of the way nothing more is sent', async () => {
    const role = (roles: readonly string[]) =>
      world.edit({ people: { nils: { ...company.people.nils, roles } } });
    await reportMany(8, 'air');
    await assertWhole('nils');
    await role(['staff']);
    const one = await world.report('nils', { team: 'cold' });
    const other = await world.report('nils', { team: 'cold' });
    let later = '';
    const told = await world.exchange('nils', {
      sizes: tiny,
      async between(portions) {
        if (portions === 1) await role(['staff', 'manager']);
        if (portions !== 6) return;
        await role(['staff']);
        later = await world.report('dora', { team: 'air' });
      },
    });
    expect(told.lines.at(-1)).toMatchObject({ t: 'mark' });
    expect(device('nils').toldOf.has(later)).toBe(false);
    expect(device('nils').tickets.size).toBeGreaterThan(2);
    await assertWhole('nils');
    expect([...device('nils').tickets.keys()]).toEqual([one, other]);
  });

  test.for([
    ['garbage', () => 'garbage'],
    ['nothing', () => ''],
    ['dots', () => '...'],
    ['long', () => 'x'.repeat(64 * 1024)],
    ['one with another body', (own: string) => `${btoa('{"ver":0}')}.${own.split('.')[1]}`],
    ['one with a sign more', (own: string) => `${own}A`],
    ['one with a part more', (own: string) => `${own}.A`],
    ['one cut short', (own: string) => own.slice(0, -1)],
    ['an unsigned one', (own: string) => own.split('.')[0] ?? ''],
    ['one with an empty signature', (own: string) => `${own.split('.')[0]}.`],
    ['one of many bytes', () => `${'é'.repeat(22)}.${'é'.repeat(11)}`],
  ] as const)('a cookie that is not ours gets a snapshot: %s', async ([, forged]) => {
    await world.report('dora', { team: 'air' });
    await assertWhole('pia');
    device('pia').cookie = forged(device('pia').cookie ?? '');
    expect(modeOf((await assertWhole('pia')).lines)).toBe('snapshot');
  });

  test('a cookie of another person, or one signed elsewhere, gets a snapshot', async () => {
    await world.report('dora', { team: 'air' });
    await assertWhole('dora');
    await assertWhole('quin');
    device('quin').cookie = device('dora').cookie;
    expect(modeOf((await assertWhole('quin')).lines)).toBe('snapshot');
    const { epoch, ver } = await world.db.read
      .selectFrom('sync_head')
      .selectAll()
      .executeTakeFirstOrThrow();
    const scopes = ['all'];
    const held = { scopes, filling: null, isSnapshot: false, missing: [] };
    const cookie = { version: 1, person: 'quin', epoch, from: ver, ver, ...held } as const;
    device('quin').cookie = cookies('a secret of somebody else').write(cookie);
    expect(modeOf((await assertWhole('quin')).lines)).toBe('snapshot');
  });

  test('marks that are swept: an older cookie gets a snapshot, a newer one a delta', async () => {
    const fan = await world.report('dora', { team: 'air' });
    await assertWhole('pia');
    await world.act('dora', fan, 'transfer', { team: 'cold', note: '' });
    await assertWhole('otto');
    world.clock.forward(hour);
    await world.writer.sweepMarks(world.clock.now());
    expect(modeOf((await assertWhole('otto')).lines)).toBe('delta');
    expect(modeOf((await assertWhole('pia')).lines)).toBe('snapshot');
    expect(device('pia').tickets.has(fan)).toBe(false);
  });

  test('another epoch, or a version that is not reached yet: a snapshot, whatever versions it has', async () => {
    const fan = await world.report('dora', { team: 'air' });
    await assertWhole('pia');
    await world.ask(`update sync_head set epoch = 'another'`);
    expect(modeOf((await assertWhole('pia')).lines)).toBe('snapshot');
    expect(modeOf((await assertWhole('pia')).lines)).toBe('delta');
    // What a clone that nobody told of would look like.
    const before = await world.db.read.selectFrom('sync_head').select('ver').executeTakeFirst();
    await world.act('dora', fan, 'progress', { note: 'Looking' });
    await assertWhole('pia');
    await world.ask(`update sync_head set ver = ${before?.ver}`);
    expect(modeOf((await world.exchange('pia')).lines)).toBe('snapshot');
  });

  test('what became of a command is never told of another with its id', async () => {
    const id = ulid();
    await world.writer.registerDevice({
      id,
      person: 'dora',
      secretHash: 'x',
      sessionHash: null,
      at: 0,
    });
    const uid = ulid();
    const sent = { device: id, person: 'dora', n: 1, uid, arrived: 'invalid' as const, body: '' };
    await world.writer.deviceCommand(sent);
    const directory = openDirectoryCache(world.db);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const parts = { db: world.db, directory, cookies: cookies('x'), log };
    const commands = [
      { id: 1, uid: ulid() },
      { id: 1, uid },
    ];
    const asked = { person: 'dora', device: id, cookie: null, commands, now: 0 };
    const results: unknown[] = [];
    for await (const { lines } of answer(parts, asked)) {
      results.push(...lines.filter((line) => line.startsWith('{"t":"result"')));
    }
    expect(results.map((line) => JSON.parse(line as string) as unknown)).toEqual([
      { t: 'result', id: 1, uid, outcome: 'rejected', code: 'invalid' },
    ]);
  });
});
