import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attach, Command } from '@rung/domain/ticket/commands.ts';
import { engine } from '@rung/domain/ticket/events.ts';
import { Busy } from '../../server/src/apply/errors.ts';
import type { Writer } from '../../server/src/apply/writer.ts';
import { eventsOf } from '../../server/src/db/events.ts';
import { fileById } from '../../server/src/db/files.ts';
import type { Database } from '../../server/src/db/open.ts';
import { reportArgs } from '../harness/command.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { ask } from '../harness/stored-rows.ts';
import { prepare, reportedAt, within } from './deeds.ts';

const hash = 'ab'.repeat(32);

function attach(ticket: string, more: Partial<Attach['args']> = {}): Attach {
  const file = ulid();
  return {
    name: 'attach',
    args: { ticket, file, hash, size: 1000, type: 'image/jpeg', thumbnail: null, ...more },
  };
}

describe.each(dialects)('what is kept of pictures, on %s', (dialect) => {
  let place: Place;
  beforeEach(async () => {
    place = await freshPlace(dialect);
    await prepare(place.databaseUrl);
  });
  afterEach(() => place.remove());

  const told = (work: (writer: Writer, db: Database) => Promise<void>) =>
    within(place.databaseUrl, reportedAt, work);
  const send = (writer: Writer, command: Command, person = 'mara', uid = ulid()) =>
    writer.command({
      uid,
      person,
      command,
      claim: { wall: 0, offsetBefore: null, offsetAfter: reportedAt },
    });
  const report = async (writer: Writer) => {
    const args = reportArgs('pump 4 drips', { site: 'oven-hall' });
    await send(writer, { name: 'report', args }, 'berta');
    return args.ticket;
  };
  const named = async (db: Database, ticket: string, name: string) =>
    (await eventsOf(db, ticket)).filter((event) => event.name === name);

  test('its row and its event are written together, and a repeat writes neither again', () =>
    told(async (writer, db) => {
      const ticket = await report(writer);
      const command = attach(ticket);
      const uid = ulid();
      const first = await send(writer, command, 'mara', uid);
      expect(first).toMatchObject({ outcome: 'applied', ticket });
      expect(await send(writer, command, 'mara', uid)).toEqual(first);

      const [event, ...others] = await named(db, ticket, 'attached');
      expect(others).toEqual([]);
      expect(event).toMatchObject({ by: 'mara', cause: uid, args: { file: command.args.file } });
      expect(await fileById(db, command.args.file)).toEqual({
        id: command.args.file,
        ticket,
        person: 'mara',
        hash,
        size: 1000,
        type: 'image/jpeg',
        createdAt: reportedAt,
        storedAt: null,
      });
    }));

  test('an id is of one picture for ever', () =>
    told(async (writer, db) => {
      const [one, other] = [await report(writer), await report(writer)];
      const first = attach(one);
      await send(writer, first);
      const { file } = first.args;
      for (const again of [attach(one, { file }), attach(other, { file, hash: 'cd'.repeat(32) })]) {
        expect(await send(writer, again, 'otto')).toMatchObject({
          outcome: 'rejected',
          code: 'file-used',
        });
      }
      expect(await named(db, one, 'attached')).toHaveLength(1);
      expect(await named(db, other, 'attached')).toEqual([]);
      expect(await fileById(db, file)).toMatchObject({ ticket: one, person: 'mara', hash });
    }));

  test('of two that take one id at the same moment, the second hears that it is used', () =>
    told(async (one, db) =>
      told(async (other) => {
        const tickets = [await report(one), await report(one)];
        const file = ulid();
        const settled = await Promise.all(
          [one, other].map((writer, n) => send(writer, attach(tickets[n] ?? '', { file }))),
        );
        expect(settled.map(({ code }) => code).toSorted()).toEqual(['file-used', null]);
        const rows = await Promise.all(tickets.map((ticket) => named(db, ticket, 'attached')));
        expect(rows.flat()).toHaveLength(1);
      }),
    ));

  test('that its bytes are here stands in the log once, however often and by whomever it is told', () =>
    told(async (one, db) =>
      told(async (other) => {
        const ticket = await report(one);
        const { file } = await attached(one, ticket);
        const picture = { id: file, ticket, hash };
        await Promise.all([one, other, one, other].map((writer) => writer.storePicture(picture)));
        await one.storePicture(picture);
        const stored = await named(db, ticket, 'stored');
        expect(stored).toMatchObject([{ by: engine, claimedAt: null, args: { file, hash } }]);
        expect(await fileById(db, file)).toMatchObject({ storedAt: reportedAt });
      }),
    ));

  test('a closed ticket takes pictures too, and stays closed', () =>
    told(async (writer, db) => {
      const ticket = await report(writer);
      const seen = { generation: 1, severity: 'S3' } as const;
      await send(writer, { name: 'resolve', args: { ticket, seen, resolution: 'a new seal' } });
      await send(writer, { name: 'close', args: { ticket } }, 'lena');
      const { file } = await attached(writer, ticket);
      await writer.storePicture({ id: file, ticket, hash });
      const names = (await eventsOf(db, ticket)).map(({ name }) => name);
      expect(names.slice(-3)).toEqual(['closed', 'attached', 'stored']);
      const [row] = await ask(place.databaseUrl, `select phase from ticket where id = '${ticket}'`);
      expect(row).toEqual({ phase: 'closed' });
    }));

  test('who may not read the ticket attaches nothing, and learns no ids', () =>
    told(async (writer, db) => {
      const ticket = await report(writer);
      const { file } = await attached(writer, ticket);
      for (const id of [file, ulid()]) {
        const settled = await send(writer, attach(ticket, { file: id }), 'klara');
        expect(settled).toMatchObject({ outcome: 'rejected', code: 'unknown-ticket' });
      }
      expect(await named(db, ticket, 'attached')).toHaveLength(1);
    }));

  test('the first mark of a folder is everybody’s', () =>
    told(async (one) =>
      told(async (other) => {
        const marks = await Promise.all([one.keepFolderMark('x'), other.keepFolderMark('y')]);
        expect(new Set(marks).size).toBe(1);
        expect(await one.keepFolderMark('z')).toBe(marks[0]);
      }),
    ));

  test('a writer that stops takes no more', async () => {
    let late: Promise<void> | null = null;
    await told(async (writer) => {
      const ticket = await report(writer);
      const { file } = await attached(writer, ticket);
      await writer.close();
      late = writer.storePicture({ id: file, ticket, hash });
      await expect(late).rejects.toThrow(Busy);
    });
  });

  async function attached(writer: Writer, ticket: string) {
    const command = attach(ticket);
    expect(await send(writer, command)).toMatchObject({ outcome: 'applied' });
    return command.args;
  }
});
