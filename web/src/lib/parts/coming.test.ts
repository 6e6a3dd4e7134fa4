import type { Known } from '@rung/domain/escalation/known-targets.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { comingOf } from './coming.ts';
import { ladderWords } from './ladder-names.ts';

const minute = 60_000;
const now = Date.parse('2026-11-22T13:00:00Z');
const known: Known = {
  person: new Map(),
  team: new Map(),
  schedule: new Map(),
  'policy-version': new Map([
    [
      'p@1',
      {
        response: [
          { targets: [{ kind: 'person', key: 'samir' }], delay: { n: 5, unit: 'minute' } },
        ],
        fallback: 'ada',
      },
    ],
  ]) as unknown as Known['policy-version'],
};
const names = (key: string) => key.toUpperCase();
const words = ladderWords(names, 'dora', { language: 'en', zone: 'Europe/Berlin' }, now);

const plain = {
  phase: 'open',
  severity: 'S1',
  owner: null,
  ownedSince: null,
  formerOwner: null,
  coResponders: [],
  expiry: null,
  policyVersion: 'p@1',
  generation: 1,
  pages: [],
  run: { state: 'active', released: [], fired: null, reached: null },
};
const armed = (inMs: number) => ({
  run: { ...plain.run, armed: { rung: { kind: 'step', lap: 1, step: 1 }, dueAt: now + inMs } },
});
const mine = {
  phase: 'acknowledged',
  owner: 'ines',
  ownedSince: now - 54 * minute,
  run: { ...plain.run, state: 'acked', armed: null },
};

function told(state: object, waiting: readonly object[] = []): string {
  const row = { state: { ...plain, ...state } as unknown as Ticket, waiting } as HeldTicket;
  const { count, text, isDue } = comingOf(row, known, words, now);
  return [count, text, isDue ? '!' : null].filter((one) => one !== null).join(' ');
}

describe('a cell says', () => {
  test.each<[string, object, string]>([
    ['whom it pages, and counts down to it', armed(3 * minute + 27_000), '3:27 to SAMIR'],
    ['when it pages him, where that is later', armed(70 * minute), '15:10 to SAMIR'],
    ['that it was to page him', armed(-minute), '13:59 to SAMIR, due !'],
    ['since when somebody has it', mine, 'acked 13:06'],
    [
      'until when whoever has it must answer',
      { ...mine, expiry: { dueAt: now + 2 * minute, isAsked: true } },
      '2:00 to ask others',
    ],
    ['that nothing comes', { run: { ...plain.run, armed: null } }, 'nothing comes'],
    ['that it begins once it is sent', { policyVersion: null }, 'once it is sent'],
  ])('%s', (_, state, text) => expect(told(state)).toBe(text));

  test('that what is acknowledged here is not sent, and never that it is acknowledged', () => {
    const acked = { events: [{ name: 'acknowledged', args: { effect: 'acked' } }] };
    expect(told(mine, [acked])).toBe('not sent yet');
  });

  test('whom it cannot name as the next', () => {
    expect(told({ ...armed(minute), policyVersion: 'q@1' })).toBe('1:00 to the next');
  });
});
