import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fold } from '@rung/domain/ticket/evolve.ts';
import { faults } from '../../server/src/db/faults.ts';
import { shiftsOf } from '../../server/src/db/shifts.ts';
import { eventsOf } from '../../server/src/db/events.ts';
import { ticketById } from '../../server/src/db/tickets.ts';
import { dialects } from '../harness/dialects.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const day = hours(24);

describe.each(dialects)('what keeps deadlines true, on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());
  /** Writes past the writer, as a damaged disk would. */
  const damage = (statement: ReturnType<typeof sql>) =>
    statement.execute(story.house.parts.db.auth as unknown as Kysely<unknown>);

  test('a deadline that was lost is given back, with an alarm, and fires', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await damage(sql`delete from due`);
    await story.house.forward(minutes(6));
    expect(story.house.sent.fresh('lena')).toEqual([]);
    expect(await story.house.audit()).toBe(2);
    await story.house.look();
    expect(story.house.sent.fresh('lena')).toEqual(['page']);
    expect(story.house.logged.join()).toContain('a deadline was lost');
    expect(await story.house.audit()).toBe(0);
    expect(await story.timeline(pump)).toMatchObject({ run: { state: 'active' } });
  });

  test('nothing is alarmed while all is well', async () => {
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.house.forward(hours(30));
    expect(await story.house.audit()).toBe(0);
  });

  test('tickets that other rules folded are folded anew at the start, before anybody reads one', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    const { db } = story.house.parts;
    const before = await ticketById(db, pump);
    await damage(sql`update ticket set state = '{}', fold_version = 1, next_due = null`);
    await damage(sql`delete from due where kind = 'ticket'`);
    await story.isDownFor(minutes(1));
    const after = await ticketById(story.house.parts.db, pump);
    expect(after).toEqual(before);
    expect(after?.ticket).toEqual(fold(await eventsOf(story.house.parts.db, pump)));
    await story.house.forward(minutes(4));
    expect(story.house.sent.fresh('lena')).toEqual(['page']);
  });

  test('opened again at once after hours of a clock that somebody moves, nothing is put off', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S2' });
    await story.act('mara', pump, 'acknowledge', {});
    await story.house.forward(hours(2) - seconds(10));
    story.heard();
    await story.isDownFor(0);
    await story.house.forward(seconds(10) - 1);
    expect(story.heard()).toEqual([]);
    await story.house.forward(1);
    expect(story.heard()).toEqual(['15:00 mara still-on-it']);
  });

  test('a deadline of a ticket that is not there is put off, and holds up nothing', async () => {
    await damage(sql`insert into due (kind, id, due_at) values ('ticket', 'nothing', 0)`);
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.house.forward(minutes(5));
    expect(story.house.sent.fresh('lena')).toEqual(['page']);
    expect(await faults(story.house.parts.db)).toMatchObject([{ id: 'nothing', kind: 'ticket' }]);
    expect(story.house.sent.all.filter(({ says }) => says === 'fault')).toEqual([]);
  });

  test('the coming two weeks of a schedule stand in rows, and move on at its next boundary', async () => {
    const { house } = story;
    const kept = () => shiftsOf(house.parts.db, 'week');
    const now = house.clock.now();
    const first = await kept();
    expect(first[0]).toMatchObject({ from: now, person: 'mara' });
    expect(first.map(({ person }) => person)).toEqual(['mara', 'otto', 'mara']);
    expect(first.every((shift, n) => n === 0 || shift.from === first[n - 1]?.to)).toBe(true);
    expect(first.at(-1)?.to).toBeGreaterThanOrEqual(now + 14 * day);

    await house.forward(2 * day);
    const later = await kept();
    expect(later[0]?.person).toBe('otto');
    expect(later.at(-1)?.to).toBeGreaterThanOrEqual(house.clock.now() + 14 * day);
  });

  test('an edit of a rota makes its shifts anew at once, and one that is gone has none', async () => {
    const { house } = story;
    const kept = async () => (await shiftsOf(house.parts.db, 'week')).map(({ person }) => person);
    const apply = (document: object, prune = false) =>
      house.operator('/api/directory', { json: { document, prune, dryRun: false } });
    const layers = [{ handover: 'mon 08:00', from: '2026-11-16', people: ['otto', 'lena'] }];
    await apply({ schedules: { week: { name: 'Weekly', layers } } });
    expect((await kept()).slice(0, 2)).toEqual(['otto', 'lena']);

    const answer = await house.operator('/api/directory');
    const {
      schedules: _,
      teams,
      ...rest
    } = (await answer.json()) as {
      schedules: object;
      teams: Record<string, object>;
    };
    const cold = { ...teams['cold'], schedule: undefined };
    const pruned = await apply({ ...rest, teams: { ...teams, cold } }, true);
    expect(pruned.status).toBe(200);
    expect(await kept()).toEqual([]);
    expect(await house.audit()).toBe(0);
  });
});
