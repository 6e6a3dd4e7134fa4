import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Placed, SentByDevice } from '../apply/device-command.ts';
import { Busy } from '../apply/errors.ts';
import type { Writer } from '../apply/writer.ts';
import { contactOf, settleCommands } from './settle-commands.ts';

const device = {
  id: '01KC0000000000000000000001',
  person: 'mara',
  last: 0,
  heardAt: 0,
  contactAt: 0,
  pending: 0,
  sessionHash: 'one',
  revokedAt: null,
};
const uid = '01KC0000000000000000000002';
const commands = [1, 2, 3].map((id) => ({ id, uid, name: 'nonsense' }));
const settled: Placed = { kind: 'settled', outcome: 'applied' };
const gap: Placed = { kind: 'gap', last: 0 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A writer that answers what it is told to, one after the other for each id; and which ids it was asked. */
function writer(answers: Readonly<Record<number, readonly (Placed | Error)[]>>) {
  const asked: number[] = [];
  const times = new Map<number, number>();
  const deviceCommand = ({ n }: SentByDevice): Promise<Placed> => {
    asked.push(n);
    const time = times.get(n) ?? 0;
    times.set(n, time + 1);
    const answer = answers[n]?.[time];
    if (answer === undefined) return new Promise(() => undefined);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, writer: { deviceCommand } as unknown as Writer };
}

const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message: string) => void logged.push(message),
};
const settle = (answers: Parameters<typeof writer>[0]) => {
  const { asked, writer: some } = writer(answers);
  const settling = settleCommands({ writer: some, log }, { device, commands, offset: 0 });
  return { asked, settling };
};

test('what had to wait makes gaps of those behind it: these go again', async () => {
  const { asked, settling } = settle({ 1: [settled], 2: [gap, settled], 3: [gap, settled] });
  expect(await settling).toEqual({ kind: 'settled', isAll: true });
  expect(asked).toEqual([1, 2, 3, 2, 3]);
});

test('a gap before the first is the device’s to fill', async () => {
  expect(await settle({ 1: [gap], 2: [gap], 3: [gap] }).settling).toEqual(gap);
});

test('where the world does not answer not one is settled; behind one that is, the rest waits', async () => {
  const busy = new Busy('planted');
  expect(await settle({ 1: [busy], 2: [gap], 3: [gap] }).settling).toEqual({ kind: 'busy' });
  const later = settle({ 1: [settled], 2: [busy], 3: [gap] });
  expect(await later.settling).toEqual({ kind: 'settled', isAll: false });
});

test('one that throws is told to the log, and stops those behind it', async () => {
  const { asked, settling } = settle({ 1: [settled], 2: [new Error('planted')], 3: [gap] });
  expect(await settling).toEqual({ kind: 'settled', isAll: false });
  expect(asked).toEqual([1, 2, 3]);
  expect(logged).toEqual(['a command of a device threw']);
});

test('an answer waits two seconds for its commands', async () => {
  const { settling } = settle({ 1: [settled] });
  await vi.advanceTimersByTimeAsync(2000);
  expect(await settling).toEqual({ kind: 'settled', isAll: false });
});

test('a contact is kept where it says something new; what waits keeps back only what was done before', () => {
  const known = { ...device, heardAt: 1000, contactAt: 1000, pending: 2 };
  const contact = { id: device.id, contactAt: 1000, pending: 2, sessionHash: 'one' };
  expect(contactOf(known, 2, 2000, 'one')).toBeNull();
  expect(contactOf(known, 2, 90_000, 'one')).toEqual({ ...contact, heardAt: 90_000 });
  expect(contactOf(known, 3, 2000, 'one')).toEqual({ ...contact, heardAt: 2000, pending: 3 });
  expect(contactOf(known, 2, 2000, 'two')).toEqual({
    ...contact,
    heardAt: 2000,
    sessionHash: 'two',
  });
  const idle = { ...contact, heardAt: 90_000, contactAt: 90_000, pending: 0 };
  expect(contactOf(known, 0, 90_000, 'one')).toEqual(idle);
  expect(contactOf({ ...known, pending: 0 }, 0, 2000, 'one')).toBeNull();
  expect(contactOf({ ...known, pending: 0 }, 0, 90_000, 'one')).toEqual(idle);
});
