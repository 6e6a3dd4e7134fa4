import type { CommandMessage } from '@rung/protocol/command.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage, requestOf } from '../harness/command.ts';
import { copyOf, deserted } from '../harness/copies.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { signedIn } from '../harness/logins.ts';
import { type PlainDevice, plainDevice } from '../harness/plain-device.ts';
import { ask } from '../harness/stored-rows.ts';

const seen = { generation: 1, severity: 'S3' } as const;
const report = (title: string) => reportMessage(title, { site: 'oven-hall' }).command;
const note = (ticket: string, text: string) =>
  requestOf('progress', { ticket, seen, note: text }).command;

describe.each(dialects)('a database that was put back from a copy, on %s', (dialect) => {
  let place: Place;
  let copy: Place;
  let house: TestHouse;
  /** What Mara did before the copy was made, and after. */
  const kept = report('Pump 3 leaks');
  const pump = kept.args.ticket;
  const fan = report('Fan');
  const lost = [fan, note(pump, 'It is the seal'), note(fan.args.ticket, 'And the fan')];
  let mara: PlainDevice;
  let young: PlainDevice;

  const device = (person: 'mara' | 'otto') =>
    plainDevice(async (path, init) => (await signedIn(house, dialect, person))(path, init));
  const restart = async (where: Place) => {
    const { clock } = house;
    await house.close();
    house = await testHouse(dialect, { isEmpty: true, clock, place: where });
  };

  beforeEach(async () => {
    place = await freshPlace(dialect);
    house = await testHouse(dialect, { directory: coldStore, place });
    mara = await device('mara');
    await mara.exchange([kept]);
    const { clock } = house;
    await house.close();
    await deserted(place);
    copy = await copyOf(place);
    await ask(copy.databaseUrl, `update sync_head set epoch = 'put back'`);

    house = await testHouse(dialect, { isEmpty: true, clock, place });
    young = await device('otto');
    await young.exchange([note(pump, 'From a new device')]);
    await mara.exchange(lost);
    expect([mara.last, mara.tickets.size]).toEqual([4, 2]);
    await restart(copy);
  });
  afterEach(async () => {
    await house.close();
    await copy.remove();
    await place.remove();
  });

  const notes = async () => {
    const rows = await house.parts.db.read
      .selectFrom('event')
      .select(['args', 'cause'])
      .where('name', '=', 'progressed')
      .execute();
    return rows.map(({ args }) => (JSON.parse(args) as { note: string }).note).toSorted();
  };
  /** Every log that it holds is the ticket's own, without gaps or what is not there. */
  const assertLogs = () => {
    for (const [id, { d }] of mara.tickets) {
      const seqs = [...mara.events.values()].filter(({ ticket }) => ticket === id);
      expect(seqs.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: d.seq }, (_, n) => n + 1),
      );
    }
  };

  test('a device gets everything anew, keeps nothing of what is forgotten, and learns how far it got', async () => {
    const { lines } = await mara.exchange();
    expect(lines[0]).toMatchObject({ mode: 'snapshot', isResumed: false, epoch: 'put back' });
    expect(lines.at(-1)).toMatchObject({ t: 'end', last: 1 });
    expect([...mara.tickets.keys()]).toEqual([pump]);
    assertLogs();
  });

  test('what it forgot comes again with the same ids and uids, and counts once', async () => {
    await mara.exchange();
    const { results } = await mara.exchange(lost, { ids: [2, 3, 4] });
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    const again = await mara.exchange(lost, { ids: [2, 3, 4] });
    expect(again.results).toEqual(results);
    expect(await notes()).toEqual(['And the fan', 'It is the seal']);
    expect([...mara.tickets.keys()].toSorted()).toEqual([fan.args.ticket, pump].toSorted());
    assertLogs();
  });

  test('a device that goes on without asking first is told of the gap, and fills it', async () => {
    const fresh = [note(pump, 'Mended')];
    const gap = await mara.exchange(fresh);
    expect([gap.status, gap.problem]).toMatchObject([409, { kind: 'gap', last: 1 }]);
    const all: readonly CommandMessage[] = [...lost, ...fresh];
    const { results } = await mara.exchange(all, { ids: [2, 3, 4, 5] });
    expect(results).toHaveLength(4);
    expect(await notes()).toEqual(['And the fan', 'It is the seal', 'Mended']);
    assertLogs();
  });

  test('what reached the server in another way meanwhile counts once all the same', async () => {
    await (
      await signedIn(house, dialect, 'mara')
    )('/api/commands', { json: { now: 1_000_000_000, command: fan } });
    const { results } = await mara.exchange(lost, { ids: [2, 3, 4] });
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    expect(mara.tickets.size).toBe(2);
  });

  test('a device that was registered after the copy is told to register anew; what it sends then counts once', async () => {
    const { status, problem } = await young.exchange();
    expect([status, problem]).toMatchObject([409, { kind: 'forked' }]);
    const anew = await device('otto');
    const { results } = await anew.exchange([note(pump, 'From a new device')]);
    expect(results).toMatchObject([{ id: 1, outcome: 'applied' }]);
    expect(await notes()).toEqual(['From a new device']);
  });

  test('put back without a word, it is found out at the start', async () => {
    await house.close();
    await deserted(copy);
    const [head] = await ask(place.databaseUrl, 'select epoch from sync_head');
    await ask(copy.databaseUrl, `update sync_head set epoch = '${String(head?.['epoch'])}'`);
    // Another database in the place of the one that this folder knows.
    const { databaseUrl } = copy;
    house = await testHouse(dialect, { isEmpty: true, clock: house.clock, place, databaseUrl });
    expect(house.logged.join()).toContain('the database is not the one that this server left');
    const { lines } = await mara.exchange();
    expect(lines[0]).toMatchObject({ mode: 'snapshot', isResumed: false });
    expect(lines[0]).not.toMatchObject(head ?? {});
    expect([...mara.tickets.keys()]).toEqual([pump]);
    // And once only.
    const { clock } = house;
    await house.close();
    house = await testHouse(dialect, { isEmpty: true, clock, place, databaseUrl });
    expect(house.logged.join()).not.toContain('is not the one that this server left');
    expect((await mara.exchange()).lines[0]).toMatchObject({ mode: 'delta' });
  });

  test('put back a second time, it is the same again', async () => {
    await mara.exchange(lost, { ids: [2, 3, 4] });
    await ask(copy.databaseUrl, `update sync_head set epoch = 'cloned'`);
    await restart(copy);
    const { lines, results } = await mara.exchange(lost, { ids: [2, 3, 4] });
    expect(lines[0]).toMatchObject({ mode: 'snapshot', isResumed: false });
    expect(results).toHaveLength(3);
    expect(await notes()).toHaveLength(2);
    assertLogs();
  });
});
