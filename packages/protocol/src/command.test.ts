import type { Command } from '@rung/domain/ticket/commands.ts';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { command, type CommandMessage } from './command.ts';
import { mostPictureBytes, mostThumbnail } from './files.ts';

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

describe('a picture on the wire', () => {
  const args = {
    ticket,
    file: '01KAHJ3ZZZZZZZZZZZZZZZZZZ3',
    hash: '0123456789abcdef'.repeat(4),
    size: 1,
    type: 'image/jpeg',
    thumbnail: '/9j/4AAQ',
  } as const;

  test('is what the domain knows by that name', () => {
    const message: CommandMessage = v.parse(command, said('attach', args));
    const { name, args: parsed }: Command = message;
    expect({ name, args: parsed }).toEqual({ name: 'attach', args });
  });

  test('may be as large as a server takes, of any kind that is shown, and without a thumbnail', () => {
    for (const more of [
      { size: mostPictureBytes },
      { type: 'image/png' },
      { type: 'image/webp' },
      { thumbnail: null },
      { thumbnail: 'A'.repeat(mostThumbnail) },
    ]) {
      expect(isTaken('attach', { ...args, ...more })).toBe(true);
    }
  });

  test('is never larger, nor of another kind, and says by its hash which bytes it is', () => {
    for (const wrong of [
      { size: mostPictureBytes + 1 },
      { size: 0 },
      { size: 1.5 },
      { type: 'image/svg+xml' },
      { type: 'text/html' },
      { hash: args.hash.toUpperCase() },
      { hash: args.hash.slice(1) },
      { file: '../../etc/passwd' },
      { thumbnail: 'A'.repeat(mostThumbnail + 1) },
      { thumbnail: '<svg>' },
      { thumbnail: undefined },
      { name: 'IMG_1.jpg' },
    ]) {
      expect(isTaken('attach', { ...args, ...wrong })).toBe(false);
    }
  });
});
