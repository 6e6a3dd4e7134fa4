import type { Registered } from '@rung/protocol/device.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportMessage, send } from '../harness/command.ts';
import { password } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';

const day = 24 * 60 * 60 * 1000;
const nobodys = '01KAHJ3ZZZZZZZZZZZZZZZZZZ9';

type Listed = { device: string; contactAt: number; isRevoked: boolean };

const register = async (visit: Visitor) =>
  (await (await visit('/api/devices', { json: {} })).json()) as Registered;
const devicesOf = async (visit: Visitor): Promise<readonly Listed[]> =>
  ((await (await visit('/api/devices')).json()) as { devices: Listed[] }).devices;
const remove = (visit: Visitor, device: string) =>
  visit(`/api/devices/${device}`, { method: 'DELETE' });
const exchange = (visit: Visitor, device: string, pending = 0) =>
  visit('/api/sync', {
    json: { protocol: 1, device, fold: foldVersion, now: 0, cookie: null, pending, commands: [] },
  });
const told = async (answer: Response) => {
  const { kind } = (await answer.json()) as { kind: string };
  return `${answer.status} ${kind}`;
};
const leave = (visit: Visitor, json: unknown) => visit('/api/sync/dropbox', { json });

describe.each(dialects)('a device on %s', (dialect) => {
  let house: TestHouse;
  let mara: Visitor;
  let otto: Visitor;
  beforeAll(async () => {
    house = await testHouse(dialect);
    mara = await house.as('mara');
    otto = await house.as('otto');
  });
  afterAll(() => house.close());

  const bySecret = ({ device, secret }: { device: string; secret: string }) =>
    visitor(house.url, { authorization: `Device ${device}.${secret}` });

  const boxes = () => house.parts.db.read.selectFrom('dropbox').selectAll().execute();

  test('registers with a session, and is told its secret this once', async () => {
    const { person, time, ...device } = await register(mara);
    expect([person, time]).toEqual(['mara', house.clock.now()]);
    expect(Buffer.from(device.secret, 'base64url')).toHaveLength(32);
    const [row] = await house.parts.db.read
      .selectFrom('device')
      .selectAll()
      .where('id', '=', device.device)
      .execute();
    expect(row).toMatchObject({ person: 'mara', last: 0, pending: 0, revoked_at: null });
    expect(JSON.stringify(row)).not.toContain(device.secret);
    expect(house.logged.join('\n')).not.toContain(device.secret);
  });

  test('its person sees his own, the one heard last first', async () => {
    const older = await register(otto);
    house.clock.forward(1000);
    const newer = await register(otto);
    expect(await devicesOf(otto)).toEqual(
      [newer, older].map(({ device, time }) => {
        return { device, registeredAt: time, contactAt: time, pending: 0, isRevoked: false };
      }),
    );
  });

  test('without its secret, or with that of another, it is nobody', async () => {
    const one = await register(mara);
    const other = await register(mara);
    for (const authorization of [
      `Device ${one.device}.${other.secret}`,
      `Device ${nobodys}.${one.secret}`,
      `Device ${one.device}`,
      `Device ${one.device}.${one.secret}x`,
      'Device ',
    ]) {
      const visit = visitor(house.url, { authorization });
      expect([authorization, (await leave(visit, {})).status]).toEqual([authorization, 401]);
    }
    expect(await boxes()).toEqual([]);
  });

  test('a session beside the secret changes nothing: it opens what the secret opens', async () => {
    const device = await register(mara);
    const authorization = `Device ${device.device}.${device.secret}`;
    expect((await mara('/api/tickets', { headers: { authorization } })).status).toBe(403);
    expect((await mara('/api/tickets')).status).toBe(200);
  });

  test('its person removes it; those of others and of nobody are answered alike', async () => {
    const his = await register(otto);
    const foreign = await remove(mara, his.device);
    const unknown = await remove(mara, nobodys);
    expect([foreign.status, await foreign.text()]).toEqual([404, await unknown.text()]);
    expect((await remove(mara, 'x')).status).toBe(404);
    expect(await devicesOf(otto)).toContainEqual(
      expect.objectContaining({ device: his.device, isRevoked: false }),
    );
    const elsewhere = await house.as('otto');
    expect((await remove(elsewhere, his.device)).status).toBe(204);
    expect((await remove(elsewhere, his.device)).status).toBe(204);
    otto = elsewhere;
    expect(await devicesOf(otto)).toContainEqual(
      expect.objectContaining({ device: his.device, isRevoked: true }),
    );
  });

  test('removes itself by its secret, and no other; that is signing out', async () => {
    const here = await house.as('mara');
    const [one, other] = [await register(here), await register(mara)];
    expect((await remove(bySecret(one), other.device)).status).toBe(404);
    expect((await remove(bySecret(one), one.device)).status).toBe(204);
    const revoked = (await devicesOf(mara)).filter(({ isRevoked }) => isRevoked);
    expect(revoked.map(({ device }) => device)).toEqual([one.device]);
    expect((await here('/api/tickets')).status).toBe(401);
  });

  test('that was lost is signed out when its person removes it elsewhere, and learns why it is', async () => {
    const [phone, laptop] = [await house.as('mara'), await house.as('mara')];
    const lost = await register(phone);
    const kept = await register(laptop);
    expect((await remove(laptop, lost.device)).status).toBe(204);
    expect((await phone('/api/tickets')).status).toBe(401);
    expect((await phone('/api/devices', { json: {} })).status).toBe(401);
    expect(await told(await exchange(phone, lost.device))).toBe('403 revoked');
    // Nothing is said of a device to whom it is not.
    expect(await told(await exchange(phone, kept.device))).toBe('401 not-signed-in');
    expect(await told(await exchange(house.stranger, lost.device))).toBe('401 not-signed-in');
    expect((await exchange(laptop, kept.device)).status).toBe(200);
  });

  test('is signed out of the session that it goes by now', async () => {
    const { device } = await register(await house.as('mara'));
    const anew = await house.as('mara');
    await exchange(anew, device);
    expect((await remove(mara, device)).status).toBe(204);
    expect((await anew('/api/tickets')).status).toBe(401);
  });

  test('that registered twice in one browser stays signed in when the older is removed', async () => {
    const browser = await house.as('mara');
    const older = await register(browser);
    house.clock.forward(1);
    const newer = await register(browser);
    await remove(mara, older.device);
    expect((await exchange(browser, newer.device)).status).toBe(200);
    await remove(mara, newer.device);
    expect((await browser('/api/tickets')).status).toBe(401);
  });

  test('removed, it may leave what was typed on it for a month, and nothing else', async () => {
    const device = await register(await house.as('mara'));
    await remove(mara, device.device);
    const visit = bySecret(device);
    const again = await remove(visit, device.device);
    expect([again.status, await again.json()]).toMatchObject([403, { kind: 'revoked' }]);
    house.clock.forward(30 * day);
    const typed = { outbox: [{ text: 'canary: the pump, Grüße' }] };
    expect((await leave(visit, typed)).status).toBe(204);
    const [box] = (await boxes()).filter((one) => one.device === device.device);
    expect(box).toMatchObject({ person: 'mara', at: house.clock.now() });
    expect(JSON.parse(Buffer.from(box!.body).toString())).toEqual(typed);
    const log = house.logged.join('\n');
    expect(log).toContain('a removed device left what was typed on it');
    expect(log).not.toContain('canary');
    house.clock.forward(1);
    expect((await leave(visit, { more: 1 })).status).toBe(401);
  });

  test('what is left twice is kept once; after twenty boxes it is enough', async () => {
    const device = await register(mara);
    const visit = bySecret(device);
    const statuses = new Set<number>();
    for (let n = 0; n < 20; n += 1) statuses.add((await leave(visit, { n })).status);
    expect([...statuses]).toEqual([204]);
    const more = await leave(visit, { n: 20 });
    expect([more.status, Number(more.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await leave(visit, { n: 7 })).status).toBe(204);
    expect((await boxes()).filter((box) => box.device === device.device)).toHaveLength(20);
  });

  test('after a hundred boxes of one person it is enough of him', async () => {
    const his = await house.as('otto');
    for (let n = 0; n < 5; n += 1) {
      const visit = bySecret(await register(his));
      for (let box = 0; box < 20; box += 1) await leave(visit, { n, box });
    }
    expect((await leave(bySecret(await register(his)), {})).status).toBe(429);
    expect((await leave(bySecret(await register(mara)), {})).status).toBe(204);
  });

  test('takes boxes of up to 4 MiB, and no empty one', async () => {
    const visit = bySecret(await register(mara));
    expect((await leave(visit, 'x'.repeat(4 * 1024 * 1024 - 2))).status).toBe(204);
    expect((await leave(visit, 'x'.repeat(4 * 1024 * 1024))).status).toBe(413);
    expect((await visit('/api/sync/dropbox', { method: 'POST' })).status).toBe(400);
  });

  test('is removed by signing out on it; the person’s others, and others’, are not', async () => {
    const lena = await house.as('lena');
    const [here, elsewhere, foreign] = [
      await register(lena),
      await register(lena),
      await register(await house.as('mara')),
    ];
    const signOut = async (device: string) => {
      const browser = await house.as('lena');
      const headers = { 'rung-device': device };
      return (await browser('/api/session', { method: 'DELETE', headers })).status;
    };
    for (const device of [here.device, foreign.device, nobodys, 'x']) {
      expect(await signOut(device)).toBe(204);
    }
    const revoked = (await devicesOf(lena)).filter(({ isRevoked }) => isRevoked);
    expect(revoked.map(({ device }) => device)).toEqual([here.device]);
    expect((await remove(bySecret(elsewhere), elsewhere.device)).status).toBe(204);
    expect((await remove(bySecret(foreign), foreign.device)).status).toBe(204);
  });

  test('outlives a new password', async () => {
    const device = await register(await house.as('dora'));
    await house.parts.auth.setPassword('dora', 'quite another long password');
    expect((await leave(bySecret(device), {})).status).toBe(204);
    await house.parts.auth.setPassword('dora', password);
  });

  test.for([
    ['dora', 'is disabled', { disabled: true }],
    ['max', 'becomes a client’s', { roles: ['client'], client: 'bakery' }],
  ] as const)('loses its rights when %s %s, and is told so', async ([person, , change]) => {
    const visit = await house.as(person);
    const device = await register(visit);
    // The edit alone: his session may not be over yet.
    await house.parts.writer.editDirectory('operator', ({ directory }) => {
      const before = directory.person.get(person)!;
      const after = { ...before, ...change };
      return { changes: [{ kind: 'person', key: person, before, after }], answer: null };
    });
    expect(await told(await exchange(visit, device.device))).toBe('403 revoked');
    await house.parts.auth.endSessions([person]);
    expect(await told(await exchange(visit, device.device))).toBe('403 revoked');
    expect(await told(await exchange(bySecret(device), device.device))).toBe('403 revoked');
    expect((await register(visit)).device).toBeUndefined();
    expect(await told(await remove(bySecret(device), device.device))).toBe('403 revoked');
    expect((await leave(bySecret(device), {})).status).toBe(204);
    house.clock.forward(30 * day + 1);
    expect((await leave(bySecret(device), {})).status).toBe(401);
  });

  test('is one of fifty at most: the longest silent goes, but none that was heard this month or that something waits on', async () => {
    const ada = await house.as('ada');
    const waiting = await register(ada);
    await exchange(ada, waiting.device, 3);
    const registered = [];
    for (let n = 0; n < 49; n += 1) {
      registered.push(await register(ada));
      house.clock.forward(1);
    }
    const more = await ada('/api/devices', { json: {} });
    expect([more.status, await more.json()]).toMatchObject([409, { kind: 'conflict' }]);
    house.clock.forward(30 * day);
    await exchange(ada, registered[0]!.device, 7);
    await exchange(ada, registered[1]!.device);
    await register(ada);
    const revoked = (await devicesOf(ada)).filter(({ isRevoked }) => isRevoked);
    expect(revoked.map(({ device }) => device)).toEqual([registered[2]!.device]);
  });

  test('that was removed is forgotten in the end, its commands after a month', async () => {
    const visit = await house.as('lena');
    const device = await register(visit);
    const json = { protocol: 1, fold: foldVersion, now: 0, cookie: null, pending: 1 };
    const { command } = reportMessage('Pump', { site: 'oven-hall' });
    const commands = [{ id: 1, ...command }];
    expect(
      (await visit('/api/sync', { json: { ...json, device: device.device, commands } })).status,
    ).toBe(200);
    await remove(await house.as('lena'), device.device);
    const { writer, db } = house.parts;
    const counts = async () => [
      (await db.read.selectFrom('device').select('id').where('id', '=', device.device).execute())
        .length,
      (
        await db.read
          .selectFrom('device_command')
          .select('n')
          .where('device', '=', device.device)
          .execute()
      ).length,
    ];
    const now = house.clock.now();
    await writer.sweepDevices(now, now);
    expect(await counts()).toEqual([1, 1]);
    await writer.sweepDevices(now + 1, now);
    expect(await counts()).toEqual([1, 0]);
    await writer.sweepDevices(now + 1, now + 1);
    expect(await counts()).toEqual([0, 0]);
  });

  test('is answered also where it cannot be written that it was heard', async () => {
    const { writer } = house.parts;
    const { heardFrom } = writer;
    const { device } = await register(mara);
    Object.assign(writer, { heardFrom: () => Promise.reject(new Error('planted')) });
    try {
      expect((await exchange(mara, device, 3)).status).toBe(200);
    } finally {
      Object.assign(writer, { heardFrom });
    }
    expect(house.logged.join()).toContain('a contact of a device was not written');
  });

  if (dialect === 'postgres') {
    test('whose row another server holds keeps nobody from writing', async () => {
      const phone = await house.as('mara');
      const { device } = await register(phone);
      const holder = new pg.Client({ connectionString: house.config.databaseUrl.href });
      await holder.connect();
      await holder.query('begin');
      await holder.query('select 1 from device where id = $1 for update', [device]);
      try {
        expect((await exchange(phone, device, 7)).status).toBe(200);
        expect(await told(await remove(mara, device))).toBe('503 busy');
        const report = reportMessage('Pump 3 leaks', { site: 'oven-hall' });
        expect((await send(mara, report)).outcome).toBe('applied');
      } finally {
        await holder.end();
      }
      expect((await remove(mara, device)).status).toBe(204);
    });
  }
});
