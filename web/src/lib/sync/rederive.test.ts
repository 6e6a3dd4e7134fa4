import { beforeEach, describe, expect, test } from 'vitest';
import type { KeptAnswer } from '../local/pager.ts';
import { answerPage } from './answers.ts';
import { exchange } from './exchange.ts';
import { register } from './register.ts';
import { acknowledge, idOf, progress, report, testDevice } from './test-device.ts';
import { problem, testServer } from './test-server.ts';

let server = testServer();
let device = testDevice(server);
const asked: KeptAnswer = {
  ...{ uid: 'uid-1', ticket: idOf(1), page: `${idOf(1)}.2.1`, answer: 'acknowledge', at: 4000 },
  seen: { generation: 1, severity: 'S3' },
};
const signedOut = () => problem('not-signed-in', 401);
const answer = () => answerPage('mara', asked, device.world, async () => {}, device.engine);
const names = async () =>
  (await device.timeline(idOf(1))).map(({ event, isWaiting }) => [event.name, isWaiting]);

beforeEach(async () => {
  server = testServer();
  device = testDevice(server);
  await register(device.local, device.world, 'en');
  server.does('otto', 'otto-1', report(1));
  await exchange(device.local, device.world);
});

describe('an answer that the server took by the door of its page, the session being over', () => {
  test('stands in the timeline as confirmed, before what waits', async () => {
    device.offline();
    await device.do(progress(1));
    device.offline(false);
    device.answers(signedOut);
    await answer();
    expect(await device.ticket(idOf(1))).toMatchObject({
      state: { owner: 'mara' },
      heard: [{ uid: 'uid-1' }],
      waiting: [{ events: [{ name: 'progressed' }] }],
    });
    expect(await names()).toEqual([
      ['reported', false],
      ['acknowledged', false],
      ['progressed', true],
    ]);
    const numbers = (await device.timeline(idOf(1))).map(({ event }) => event.seq);
    expect(numbers).toEqual([1, 2, 3]);
  });

  test('stands once when the server has told of it itself', async () => {
    device.answers(signedOut);
    await answer();
    await exchange(device.local, device.world);
    expect(await names()).toEqual([
      ['reported', false],
      ['acknowledged', false],
    ]);
    expect((await device.ticket(idOf(1)))?.heard).toBeUndefined();
  });

  test.each([
    ['applied', 'raised'],
    ['applied', 'stale'],
    ['applied', 'expired'],
    ['rejected', 'not-permitted'],
  ])(
    'and that stopped nothing (%s, %s), has nobody believe that he has it',
    async (outcome, code) => {
      device.answers(signedOut, () => Response.json({ uid: 'uid-1', outcome, code }));
      await answer();
      expect(await device.ticket(idOf(1))).toMatchObject({ state: { owner: null }, waiting: [] });
      expect(await names()).toEqual([['reported', false]]);
    },
  );
});

test('an acknowledgement that waits is not confirmed', async () => {
  device.offline();
  await device.do(acknowledge(1));
  expect(await names()).toEqual([
    ['reported', false],
    ['acknowledged', true],
  ]);
});
