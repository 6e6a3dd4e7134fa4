import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOf } from '../harness/copies.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { doStep, step } from './pulled-steps.ts';
import { company, holders, openWorld, settle, whole, type World } from './pulled-world.ts';

/** How often: RUNG_RUNS=2000 looks longer; RUNG_SEED tries one again. */
const runs = { sqlite: 60, postgres: 12 } as const;
const seed = process.env['RUNG_SEED'];

const hour = 3_600_000;
/** Few things at a time, so that a short story has many marks. */
const small = { ...whole, linesAPortion: 12, ticketsAStep: 2, itemsAStep: 4 };

describe.each(dialects)('what devices hold, on %s', (dialect) => {
  let template: Place;
  beforeAll(async () => {
    template = await freshPlace(dialect);
    await settle(template.databaseUrl);
  });
  afterAll(() => template.remove());

  const inWorld = async (work: (world: World) => Promise<void>): Promise<void> => {
    const place = await copyOf(template);
    const world = await openWorld(place);
    try {
      await work(world);
      expect(world.logged).toEqual([]);
    } finally {
      await world.close();
      await place.remove();
    }
  };

  test('page a manager, transfer by hand, close, reopen, join a team, cut the stream at each line: every device equals its projection and nobody else got a row', async () => {
    for (const sizes of dialect === 'sqlite' ? [undefined, small] : [small]) {
      await inWorld(async (world) => {
        const how = sizes === undefined ? {} : { sizes };
        const allExchange = async () => {
          for (const person of holders.filter((one) => one !== 'quin')) {
            for (let lines = 0; ; lines += 1) {
              const told = await world.exchange(person, { ...how, lines });
              if (told.lines.length < lines) break;
            }
            const { held, expected } = await world.compare(person);
            expect(held, person).toEqual(expected);
          }
        };
        await allExchange();
        const pump = await world.report('mara', { severity: 'S2', site: 'hall' });
        await allExchange();
        // Nobody answers: the lead and Nils, who is in no team, are paged; then the fallback, and Max by hand.
        await world.forward(2 * hour);
        await allExchange();
        expect(world.devices.get('nils')?.tickets.has(pump)).toBe(true);
        await world.edit({
          teams: { cold: { ...company.teams.cold, lead: 'max' } },
        });
        await world.act('otto', pump, 'change-severity', { severity: 'S1', reason: 'Worse' });
        await world.forward(2 * hour);
        expect((await world.ticket(pump)).pages.map(({ person }) => person)).toContain('max');
        await allExchange();
        await world.act('otto', pump, 'acknowledge', {});
        await world.act('mara', pump, 'acknowledge', {});
        await allExchange();
        expect((await world.ticket(pump)).informed).not.toEqual([]);
        await world.act('dora', pump, 'transfer', { team: 'air', note: 'It is the fan' });
        await allExchange();
        await world.act('pia', pump, 'acknowledge', {});
        await world.act('pia', pump, 'resolve', { resolution: '' });
        await allExchange();
        await world.act('pia', pump, 'close', {});
        await allExchange();
        await world.act('mara', pump, 'reopen', { reason: 'It leaks again' });
        await allExchange();
        await world.edit({ teams: { air: { ...company.teams.air, members: ['quin', 'nils'] } } });
        await allExchange();
        await world.edit({ teams: { air: { ...company.teams.air, members: ['quin', 'lena'] } } });
        await allExchange();
        await world.act('dora', pump, 'resolve', { resolution: '' });
        await world.act('dora', pump, 'close', {});
        await world.forward(73 * hour);
        await allExchange();
        expect((await world.ticket(pump)).isPutAway).toBe(true);
        await world.exchange('quin', how);
        const { held, expected } = await world.compare('quin');
        expect(held).toEqual(expected);
      });
    }
  }, 60_000);

  test('whatever happens, and wherever answers break off, every device ends with its projection and nobody else got a row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), (steps) =>
        inWorld(async (world) => {
          for (const one of steps) await doStep(world, one);
          for (const person of holders) {
            if (!(await world.maySync(person))) continue;
            await world.exchange(person);
            const { held, expected } = await world.compare(person);
            expect(held, person).toEqual(expected);
          }
        }),
      ),
      {
        numRuns: Number(process.env['RUNG_RUNS'] ?? runs[dialect]),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      },
    );
  }, 600_000);
});
