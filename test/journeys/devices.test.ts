import type { Registered } from '@rung/protocol/device.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { company } from '../harness/company.ts';
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
    expect((await remove(otto, his.device)).status).toBe(204);
    expect((await remove(otto, his.device)).status).toBe(204);
    expect(await devicesOf(otto)).toContainEqual(
      expect.objectContaining({ device: his.device, isRevoked: true }),
    );
  });

  test('removes itself by its secret, and no other', async () => {
    const [one, other] = [await register(mara), await register(mara)];
    expect((await remove(bySecret(one), other.device)).status).toBe(404);
    expect((await remove(bySecret(one), one.device)).status).toBe(204);
    const revoked = (await devicesOf(mara)).filter(({ isRevoked }) => isRevoked);
    expect(revoked.map(({ device }) => device)).toEqual([one.device]);
  });

  test('removed, it may leave what was typed on it for a month, and nothing else', async () => {
    const device = await register(mara);
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
      await register(mara),
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
    const device = await register(await house.as('max'));
    await house.parts.auth.setPassword('max', 'quite another long password');
    expect((await leave(bySecret(device), {})).status).toBe(204);
  });

  test('is nobody’s as soon as its person is disabled', async () => {
    const device = await register(await house.as('dora'));
    expect((await leave(bySecret(device), {})).status).toBe(204);
    const people = { dora: { ...company.people.dora, disabled: true } };
    const json = { document: { people }, prune: false, dryRun: false };
    expect((await house.operator('/api/directory', { json })).status).toBe(200);
    expect((await leave(bySecret(device), {})).status).toBe(401);
    expect((await remove(bySecret(device), device.device)).status).toBe(401);
  });

  test('is removed when its person registers more than fifty and it was silent the longest', async () => {
    const ada = await house.as('ada');
    const registered = [];
    for (let n = 0; n < 51; n += 1) {
      registered.push(await register(ada));
      house.clock.forward(1);
    }
    const revoked = (await devicesOf(ada)).filter(({ isRevoked }) => isRevoked);
    expect(revoked.map(({ device }) => device)).toEqual([registered[0]!.device]);
  });
});
