import type { Command } from '@rung/domain/ticket/commands.ts';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { command, type CommandMessage } from './command.ts';

const ticket = '01KAHJ3ZZZZZZZZZZZZZZZZZZ1';
const seen = { generation: 2, severity: 'S2' } as const;
const envelope = { uid: '01KAHJ3ZZZZZZZZZZZZZZZZZZ2', at: 1_000, offset: null };

const said = (name: string, args: object) => ({ ...envelope, name, args });
const isTaken = (name: string, args: object): boolean => v.is(command, said(name, args));

describe('a transfer on the wire', () => {
  const args = { ticket, seen, team: 'cold-store', note: 'tried: a reset\nneeded: a ladder' };

  test('is what the domain knows by that name', () => {
    const message: CommandMessage = v.parse(command, said('transfer', args));
    const { name, args: parsed }: Command = message;
    expect({ name, args: parsed }).toEqual({ name: 'transfer', args });
  });

  test('may have no note, but not one that is endless', () => {
    expect(isTaken('transfer', { ...args, note: '' })).toBe(true);
    expect(isTaken('transfer', { ...args, note: 'x'.repeat(20_000) })).toBe(true);
    expect(isTaken('transfer', { ...args, note: 'x'.repeat(20_001) })).toBe(false);
  });

  test('names a team by its key, what was seen, and nothing else', () => {
    for (const wrong of [
      { team: '' },
      { team: 'Cold store' },
      { team: null },
      { seen: undefined },
      { seen: { generation: 0, severity: 'S2' } },
      { owner: 'mara' },
    ]) {
      expect(isTaken('transfer', { ...args, ...wrong })).toBe(false);
    }
  });
});
