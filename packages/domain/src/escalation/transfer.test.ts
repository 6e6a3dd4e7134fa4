import { describe, expect, test } from 'vitest';
import { permits } from '../access/permits.ts';
import type { Severity } from '../directory/directory.ts';
import { decide } from '../ticket/decide.ts';
import { fold } from '../ticket/evolve.ts';
import { hour, minute, newWorld } from './test-world.ts';

/** An incident of team "cold"; Mara was asked at 10:00. Team "doors" has Otto and Nils, and no rota. */
function reported(severity: Severity = 'S2') {
  const world = newWorld();
  world.report({ severity }, 'berta');
  world.heard();
  return world;
}

/** The same; Mara has it, and Otto helps. */
function taken(severity?: Severity) {
  const world = reported(severity);
  world.as('mara').acknowledge();
  world.as('otto').acknowledge();
  world.heard();
  return world;
}

/** The log's newest entry of this name. */
function newest(world: ReturnType<typeof newWorld>, name: string) {
  return world.log().findLast((event) => event.name === name);
}

describe('a transfer', () => {
  test('asks the other team at once by its ladder, and takes back the pages of the one before', () => {
    const world = reported();
    world.forward(10 * minute);
    world.heard();
    expect(world.as('dora').transfer('doors')).toBeNull();
    expect(world.heard()).toEqual([
      '10:10 mara moved',
      '10:10 lena moved',
      '10:10 otto page',
      '10:10 nils page',
    ]);
    world.forward(10 * minute);
    expect(world.heard()).toEqual(['10:20 lena page']);
  });

  test('stands with the other team, in a new generation, in nobody’s hands', () => {
    const world = taken();
    world.as('mara').progress();
    world.as('mara').transfer('new');
    expect(world.ticket()).toMatchObject({
      phase: 'open',
      team: 'new',
      generation: 2,
      teamGeneration: 2,
      owner: null,
      formerOwner: null,
      coResponders: [],
      expiry: null,
      run: { n: 2, generation: 2, state: 'active', released: [] },
    });
    expect(newest(world, 'transferred')?.args).toEqual({
      effect: 'transferred',
      from: 'cold',
      team: 'new',
      had: ['mara', 'otto'],
      note: 'tried: a reset',
    });
    expect(newest(world, 'run-started')?.args).toMatchObject({
      because: 'transferred',
      reached: null,
    });
  });

  test('begins with the first step, however far the ladder was climbed, and again with everybody', () => {
    const world = reported('S1');
    world.as('mara').acknowledge();
    world.as('mara').release();
    world.forward(12 * minute);
    world.heard();
    world.edit('team', 'new', { schedule: 'rota' });
    world.as('dora').transfer('new');
    // Mara is on call there, too: what she said to the other run does not count for this one.
    expect(world.heard()).toEqual(['10:12 lena moved', '10:12 max moved', '10:12 mara page']);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:17 lena page']);
  });

  test('goes by the other team’s policy for its type and severity', () => {
    const world = reported();
    world.edit('team', 'doors', { policies: { incident: { S2: 'urgent' } } });
    world.as('dora').transfer('doors');
    expect(world.ticket().policyVersion).toBe('urgent@1');
    expect(newest(world, 'routed')?.args).toEqual({
      team: 'doors',
      client: 'bakery',
      site: null,
      policyVersion: 'urgent@1',
    });
  });

  test('leaves the client’s clocks alone', () => {
    const world = reported();
    const { reportedAt } = world.ticket();
    world.forward(hour);
    world.as('dora').transfer('doors');
    expect(world.ticket().reportedAt).toBe(reportedAt);
  });

  test('is told to whoever had it, not to whoever did it; all of them keep sight of it', () => {
    const world = taken();
    world.as('mara').transfer('new');
    expect(world.heard().filter((line) => line.includes('transferred'))).toEqual([
      '10:00 otto transferred',
    ]);
    expect(world.ticket().informed).toEqual(expect.arrayContaining(['mara', 'otto']));

    const free = reported();
    free.as('lena').transfer('new');
    expect(free.ticket().informed).toEqual(['lena']);
  });

  test('does not ask whoever did it to take it back, where anybody else is found', () => {
    const world = reported();
    world.as('nils').transfer('doors');
    expect(world.heard()).toEqual(['10:00 mara moved', '10:00 otto page']);
    world.as('otto').decline();
    expect(world.heard()).toEqual(['10:00 lena page']);

    const alone = reported();
    alone.edit('team', 'doors', { members: ['nils'] });
    alone.as('nils').transfer('doors');
    expect(alone.heard()).toEqual(['10:00 mara moved', '10:00 nils page']);
  });

  test('to nobody on duty goes on up the ladder, as any other run', () => {
    const world = reported();
    world.edit('schedule', 'rota', { layers: [] });
    world.edit('team', 'doors', { schedule: 'rota', lead: 'otto' });
    world.as('dora').transfer('doors');
    expect(world.heard()).toEqual(['10:00 mara moved', '10:00 otto page']);
  });

  test('back again is possible', () => {
    const world = taken();
    world.as('mara').transfer('doors');
    world.as('otto').transfer('cold');
    expect(world.ticket()).toMatchObject({ team: 'cold', generation: 3, teamGeneration: 3 });
    expect(world.heard()).toContain('10:00 mara page');
  });
});

describe('a ticket remembers', () => {
  test('the teams that it left, each once, and until when', () => {
    const world = reported();
    expect(world.ticket().formerTeams).toEqual([]);
    world.as('dora').transfer('doors');
    world.as('otto').rates('S1');
    world.as('dora').transfer('cold');
    expect(world.ticket().formerTeams).toEqual([
      { team: 'cold', until: 1 },
      { team: 'doors', until: 3 },
    ]);
    world.as('dora').transfer('new');
    expect(world.ticket().formerTeams).toEqual([
      { team: 'doors', until: 3 },
      { team: 'cold', until: 4 },
    ]);
    world.as('dora').transfer('new', 'once more');
    expect(world.ticket().formerTeams).toHaveLength(2);
  });

  test('them also when it is reopened, and to whom it was personal', () => {
    const world = taken();
    world.as('mara').transfer('doors');
    const { formerTeams } = world.ticket();
    world.as('nils').resolve();
    world.as('nils').reopen();
    expect(world.ticket()).toMatchObject({ formerTeams, informed: [] });
    expect(world.ticket().formerAudience).toEqual(
      expect.arrayContaining([
        { person: 'mara', until: 2 },
        { person: 'otto', until: 2 },
      ]),
    );
  });
});

test('whoever had it keeps sight of it, whoever has it then', () => {
  const world = reported();
  world.as('max').acknowledge();
  world.as('max').release();
  world.as('mara').acknowledge();
  expect(world.ticket().informed).toContain('max');
});

describe('a transfer is refused', () => {
  test('to a team that there is not', () => {
    const world = taken();
    const before = world.ticket();
    expect(world.as('mara').transfer('nowhere')).toBe('unknown-team');
    expect(world.ticket()).toEqual(before);
  });

  test('of what is over', () => {
    const world = taken();
    world.as('mara').resolve();
    expect(world.as('mara').transfer('doors')).toBe('not-open');
  });

  test('when it began anew after what he saw', () => {
    const world = taken('S3');
    const late = world.offline('mara');
    world.as('nils').rates('S1');
    const before = world.ticket();
    expect(late.transfer('doors')).toBe('moved');
    expect(world.ticket()).toEqual(before);
  });

  test('when somebody else took it after he acted', () => {
    const world = reported();
    const late = world.offline('dora');
    world.forward(minute);
    world.as('mara').acknowledge();
    expect(late.transfer('doors')).toBe('moved');
    expect(world.ticket()).toMatchObject({ team: 'cold', owner: 'mara' });
    expect(world.as('dora').transfer('doors')).toBeNull();
  });

  test('not when it was he himself who took it, or when it is free again', () => {
    const world = reported();
    const phone = world.offline('mara');
    world.forward(minute);
    phone.acknowledge();
    expect(phone.transfer('doors')).toBeNull();

    const given = reported();
    const late = given.offline('dora');
    given.forward(minute);
    given.as('mara').acknowledge();
    given.as('mara').release();
    expect(late.transfer('doors')).toBeNull();
  });
});

describe('a transfer to the team with which it stands', () => {
  test('changes nothing; what was written with it stands in the timeline', () => {
    const world = taken();
    const before = world.ticket();
    const length = world.log().length;
    expect(world.as('mara').transfer('cold', '')).toBe('already-so');
    expect(world.log()).toHaveLength(length);
    expect(world.as('mara').transfer('cold', 'needed: a ladder')).toBe('already-so');
    expect(newest(world, 'transferred')?.args).toMatchObject({
      effect: 'noted',
      note: 'needed: a ladder',
    });
    expect(world.ticket()).toEqual(before);
    expect(world.heard()).toEqual([]);
  });

  test('by two, one after the other, is one', () => {
    const world = reported();
    const late = world.offline('max');
    world.as('dora').transfer('doors');
    expect(late.transfer('doors')).toBe('already-so');
    expect(world.ticket().generation).toBe(2);
  });
});

describe('what arrives after a transfer', () => {
  test('an acknowledgement of the page before it is recorded, and does not stop the new ladder', () => {
    const world = reported();
    const late = world.offline('mara');
    world.forward(minute);
    world.as('dora').transfer('new');
    const before = world.ticket();
    world.heard();
    expect(late.acknowledge()).toBe('stale');
    expect(world.ticket()).toEqual(before);
    // Nobody is on call before 10:04.
    expect(world.heard()).toEqual([]);
    // One tap more, and she helps the other team out.
    expect(world.as('mara').acknowledge()).toBeNull();
    expect(world.ticket()).toMatchObject({ owner: 'mara', team: 'new' });
  });

  test('whoever is asked then, or has it, is told of such an acknowledgement; nobody of himself', () => {
    const world = reported();
    const mara = world.offline('mara');
    const otto = world.offline('otto');
    world.as('dora').transfer('doors');
    world.heard();
    expect(mara.acknowledge()).toBe('stale');
    expect(world.heard()).toEqual(['10:00 otto already-on-it', '10:00 nils already-on-it']);
    expect(otto.acknowledge()).toBe('stale');
    expect(world.heard()).toEqual(['10:00 nils already-on-it']);
    world.as('nils').acknowledge();
    world.heard();
    expect(mara.acknowledge()).toBe('stale');
    expect(world.heard()).toEqual(['10:00 nils already-on-it']);
    expect(world.ticket()).toMatchObject({ owner: 'nils', coResponders: [] });
  });

  test('neither does one of a severity that was raised before it: nobody is paged for another team’s', () => {
    const world = reported('S3');
    const late = world.offline('mara');
    world.as('nils').rates('S1');
    world.as('dora').transfer('new');
    world.heard();
    expect(late.acknowledge()).toBe('stale');
    expect(world.heard()).toEqual([]);
  });

  test('one of the new generation that was raised since is paged anew, as ever', () => {
    const world = reported('S3');
    world.edit('schedule', 'rota', { layers: [] });
    world.as('dora').transfer('new');
    const late = world.offline('otto');
    world.as('nils').rates('S2');
    expect(late.acknowledge()).toBe('raised');
  });

  test('nobody is paged by an answer from before a reopening who cannot read it any more', () => {
    const world = reported('S3');
    world.edit('team', 'cold', { lead: 'fred' });
    world.as('dora').transfer('new');
    world.as('dora').transfer('cold');
    expect(world.heard()).toContain('10:00 fred page');
    const late = world.offline('fred');
    world.edit('team', 'cold', { lead: 'lena' });
    world.as('nils').resolve();
    world.as('nils').reopen();
    world.as('nils').rates('S1');
    world.heard();
    expect(late.acknowledge()).toBe('raised');
    expect(world.heard()).toEqual([]);
  });

  test('a decline of the page before it is the answer to nothing', () => {
    const world = reported();
    const late = world.offline('mara');
    world.as('dora').transfer('new');
    const length = world.log().length;
    expect(late.decline()).toBe('answered');
    expect(world.log()).toHaveLength(length);
  });

  test('a sign of work is noted, a release is not his any more', () => {
    const world = taken();
    const late = world.offline('mara');
    world.as('otto').transfer('new');
    expect(late.progress()).toBe('noted');
    expect(late.release()).toBe('not-yours');
  });

  test('a resolve is a proposal to whoever is asked now', () => {
    const world = taken();
    const late = world.offline('mara');
    world.edit('schedule', 'new-rota', {
      layers: world.context().directory.schedule.get('rota')?.layers ?? [],
    });
    world.as('dora').transfer('new');
    world.heard();
    expect(late.resolve()).toBe('proposed');
    expect(world.heard()).toEqual(['10:00 mara proposed']);
    expect(world.ticket()).toMatchObject({ phase: 'open', run: { state: 'active' } });
  });

  test('a resolve of somebody who cannot read it any more is told to the others, and not to him', () => {
    const world = reported();
    world.edit('team', 'cold', { members: ['mara', 'max', 'fred'] });
    const fred = world.offline('fred');
    const max = world.offline('max');
    world.as('dora').transfer('doors');
    world.heard();
    expect(fred.resolve()).toBe('proposed');
    expect(world.heard()).toEqual(['10:00 otto proposed', '10:00 nils proposed']);
    expect(world.ticket().informed).not.toContain('fred');
    // A manager sees all.
    expect(max.resolve()).toBe('proposed');
    expect(world.heard()).toContain('10:00 max proposed');
  });
});

test('a phone, which knows no directory, shows it with the other team, and that nobody has it', () => {
  const world = taken();
  const { id, generation, severity } = world.ticket();
  const args = { ticket: id, seen: { generation, severity }, team: 'doors', note: '' };
  const acting = { by: 'mara', actedAt: world.now(), ackExpiresAt: null };
  const decided = decide(world.ticket(), { name: 'transfer', args }, acting, world.now());
  if (!decided.ok) throw new Error(decided.refusal.kind);
  const stamp = { ticket: id, by: 'mara', recordedAt: world.now(), claimedAt: world.now() };
  const facts = decided.value.facts.map((fact, n) => {
    return { ...fact, ...stamp, seq: world.log().length + 1 + n, cause: `u.${n}` };
  });
  const shown = fold([...world.log(), ...facts]);
  expect(shown).toMatchObject({
    team: 'doors',
    generation: 2,
    owner: null,
    run: { state: 'done' },
  });
  // Whoever passed it on, and whoever had it, can go on writing what they know.
  const progress = { name: 'progress', args: { ...args, note: 'the key is at the gate' } } as const;
  const { directory } = world.context();
  for (const person of ['mara', 'otto']) {
    expect(permits(person, progress, shown, directory, world.now())).toBe('yes');
  }
  // He takes it back before the phone has net: then it is his, as far as the phone can tell.
  const again = {
    name: 'acknowledge',
    args: { ticket: id, seen: { generation: 2, severity } },
  } as const;
  const taking = decide(shown, again, { ...acting, by: 'otto' }, world.now());
  expect(taking).toMatchObject({ value: { facts: [{ args: { effect: 'acked' } }] } });
});

test('on a phone whose clock is behind the server’s it is not taken for late', () => {
  const world = taken();
  const { id, generation, severity } = world.ticket();
  const args = { ticket: id, seen: { generation, severity }, team: 'doors', note: '' };
  const slow = world.now() - hour;
  const acting = { by: 'dora', actedAt: slow, ackExpiresAt: null };
  expect(decide(world.ticket(), { name: 'transfer', args }, acting, slow)).toMatchObject({
    ok: true,
  });
});
