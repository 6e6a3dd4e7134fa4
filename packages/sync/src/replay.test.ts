import type { Command } from '@rung/domain/ticket/commands.ts';
import type { Company } from '@rung/domain/access/scopes.ts';
import { describe, expect, test } from 'vitest';
import type { Pending } from './outbox.ts';
import { act, replay, type Folded } from './replay.ts';

const ticket = '01JD00000000000000000000AA';
const seen = { generation: 1, severity: 'S3' } as const;
const none = (): boolean => false;
const mara = { person: 'mara', company: null };

let counted = 0;
function pending(command: Command, more: Partial<Pending> = {}): Pending {
  const id = ++counted;
  const uid = `uid-${id}`;
  return {
    id,
    uid,
    ticket,
    at: 1000 + id,
    offset: null,
    command,
    mayBeRefused: null,
    isRepeat: false,
    ...more,
  };
}

const report = (): Pending =>
  pending({
    name: 'report',
    args: {
      ticket,
      type: 'incident',
      severity: 'S3',
      title: 'Pump 3 leaks',
      description: '',
      site: null,
      asset: null,
      category: null,
      team: null,
      take: false,
    },
  });
const acknowledge = (more?: Partial<Pending>): Pending =>
  pending({ name: 'acknowledge', args: { ticket, seen } }, more);
const close = (): Pending => pending({ name: 'close', args: { ticket } });

function reported(): Folded {
  const { row } = replay(null, [report()], { person: 'otto', company: null }, none);
  if (row === null) throw new Error('no row');
  return row;
}

describe('what waits over the server’s row', () => {
  test('shows a ticket that the server does not have', () => {
    const waiting = [report(), acknowledge()];
    const { row, waiting: marks } = replay(null, waiting, mara, none);
    expect(row).toMatchObject({
      seq: 2,
      state: { id: ticket, phase: 'acknowledged', owner: 'mara', title: 'Pump 3 leaks' },
    });
    expect(marks.map(({ mayBeRefused }) => mayBeRefused)).toEqual([null, null]);
    expect(marks.flatMap(({ events }) => events)).toMatchObject([
      { seq: 1, name: 'reported', by: 'mara', cause: waiting[0]?.uid },
      { seq: 2, name: 'acknowledged', by: 'mara', cause: waiting[1]?.uid },
    ]);
  });

  test('numbers on from the server’s last entry', () => {
    const base = { ...reported(), seq: 7 };
    const { row, waiting } = replay(base, [acknowledge()], mara, none);
    expect(row?.seq).toBe(8);
    expect(waiting[0]?.events[0]?.seq).toBe(8);
  });

  test('stays and says so where it would be refused, and what follows goes on', () => {
    const { row, waiting } = replay(reported(), [close(), acknowledge()], mara, none);
    expect(waiting.map(({ mayBeRefused }) => mayBeRefused)).toEqual(['not-resolved', null]);
    expect(row?.state.phase).toBe('acknowledged');
  });

  test('is not done twice when the row has it already', () => {
    const ack = acknowledge();
    const { row } = replay(reported(), [ack], mara, none);
    const again = replay(row, [ack], mara, (uid) => uid === ack.uid);
    expect(again).toEqual({ row, waiting: [{ uid: ack.uid, mayBeRefused: null, events: [] }] });
    expect(replay(reported(), [report()], mara, none).waiting[0]?.mayBeRefused).toBeNull();
  });

  test('shows nothing of what is only offered again', () => {
    const { row } = replay(reported(), [acknowledge({ isRepeat: true })], mara, none);
    expect(row?.state.phase).toBe('open');
  });

  test('an answer to a page of a ticket that is not here is no mistake; other commands are', () => {
    const { row, waiting } = replay(null, [acknowledge(), close()], mara, none);
    expect(row).toBeNull();
    expect(waiting.map(({ mayBeRefused }) => mayBeRefused)).toEqual([null, 'unknown-ticket']);
  });

  test('is done by the server’s clock as far as it is known', () => {
    const [early, late] = [acknowledge({ at: 1000 }), acknowledge({ at: 1000, offset: 500 })];
    const at = (one: Pending) => {
      const done = act(reported(), one, mara);
      return done.ok && done.value.events[0]?.recordedAt;
    };
    expect([at(early), at(late)]).toEqual([1000, 1500]);
  });

  test('asks for rights where the company is known', () => {
    const person = {
      roles: ['staff'],
      client: null,
      ownTicketsOnly: false,
      disabled: false,
    } as const;
    const company: Company = { person: new Map([['mara', person]]), team: new Map() };
    const known = act(reported(), acknowledge(), { person: 'mara', company });
    expect(known).toEqual({ ok: false, refusal: { kind: 'unknown-ticket' } });
    expect(act(reported(), acknowledge(), mara).ok).toBe(true);
  });

  test('of a row that our rules choke on shows the row', () => {
    const strange = { seq: 3, state: { ...reported().state, pages: null } } as unknown as Folded;
    const { row, waiting } = replay(strange, [acknowledge()], mara, none);
    expect(row).toBe(strange);
    expect(waiting[0]?.mayBeRefused).toBe('not-shown');
  });
});
