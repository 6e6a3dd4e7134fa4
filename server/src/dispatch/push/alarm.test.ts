import { expect, test } from 'vitest';
import { openAlarm, type Trouble } from './alarm.ts';

const hour = 3_600_000;
const fcm = { host: 'fcm.googleapis.com', detail: 'answered 401' };

function setUp() {
  const clock = { at: 10 * hour, now: () => clock.at };
  const told: Trouble[] = [];
  const lines: string[] = [];
  const trouble = { now: null as Error | null };
  const note = (line: string): void => void lines.push(line);
  const alarm = openAlarm({
    tell: async (about) => {
      if (trouble.now !== null) throw trouble.now;
      told.push(about);
    },
    clock,
    log: { info: note, warn: note, error: note },
  });
  return { clock, told, lines, trouble, alarm };
}

test('people are told once an hour for each host', () => {
  const { alarm, clock, told } = setUp();
  alarm(fcm);
  alarm(fcm);
  alarm({ ...fcm, host: 'web.push.apple.com' });
  clock.at += hour - 1;
  alarm(fcm);
  expect(told.map(({ host }) => host)).toEqual(['fcm.googleapis.com', 'web.push.apple.com']);
  clock.at += 1;
  alarm(fcm);
  expect(told).toHaveLength(3);
});

test('whom nobody could tell is told with the next', async () => {
  const { alarm, told, lines, trouble } = setUp();
  trouble.now = new Error('no database');
  alarm(fcm);
  await Promise.resolve();
  await Promise.resolve();
  expect(lines.at(-1)).toMatch(/nobody could be told/);
  trouble.now = null;
  alarm(fcm);
  expect(told).toEqual([fcm]);
});

test('a clock that was set back does not keep it quiet', () => {
  const { alarm, clock, told } = setUp();
  alarm(fcm);
  clock.at -= 5 * hour;
  alarm(fcm);
  expect(told).toHaveLength(2);
});
