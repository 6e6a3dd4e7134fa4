import { describe, expect, test } from 'vitest';
import type { Command } from '../ticket/commands.ts';
import { day, minute, monday, newWorld } from '../escalation/test-world.ts';
import { permits } from './permits.ts';
import { relationsTo } from './relations.ts';
import { referenceOf } from './reference.ts';

type Named = { [Name in Command['name']]: Command & { readonly name: Name } };

/** A ticket of team "cold" (Mara, Otto, Nils; Lena leads) that Nils reported. Fred is of no team. */
function asked<Name extends Exclude<Command['name'], 'report'>>(
  name: Name,
  args: Partial<Named[Name]['args']> = {},
  world = reported(),
) {
  const ticket = world.ticket();
  const seen = { generation: ticket.generation, severity: ticket.severity };
  const command = { name, args: { ticket: ticket.id, seen, ...args } } as Command;
  return (person: string) =>
    permits(person, command, ticket, world.context().directory, world.context().now);
}

function reported() {
  const world = newWorld();
  world.report({ severity: 'S2' }, 'berta');
  return world;
}

describe('whoever may not read it', () => {
  test('is answered as if it were not there', () => {
    expect(asked('acknowledge')('fred')).toBe('unknown');
    expect(asked('resolve')('fred')).toBe('unknown');
    const { directory } = newWorld().context();
    const command = { name: 'close', args: { ticket: 'none' } } as const;
    expect(permits('lena', command, null, directory, monday)).toBe('unknown');
  });

  test('may do so once he was paged', () => {
    const world = newWorld();
    world.edit('team', 'cold', { lead: 'fred' });
    world.report({ severity: 'S3' });
    expect(asked('acknowledge', {}, world)('fred')).toBe('yes');
  });

  test('may do nothing where he is disabled or unknown', () => {
    const world = reported();
    world.edit('person', 'mara', { disabled: true });
    expect(asked('acknowledge', {}, world)('mara')).toBe('no');
    expect(asked('acknowledge', {}, world)('nobody')).toBe('no');
  });
});

describe('a report', () => {
  const { directory } = newWorld().context();
  const report = (person: string, take: boolean) =>
    permits(person, { name: 'report', args: { take } } as Command, null, directory, monday);

  test('is anybody’s', () => {
    for (const person of ['mara', 'dora', 'ada', 'berta'])
      expect(report(person, false)).toBe('yes');
  });

  test('with "I am on it" is not a client’s', () => {
    expect(report('mara', true)).toBe('yes');
    expect(report('berta', true)).toBe('no');
  });
});

test.each(['acknowledge', 'progress'] as const)('any colleague may %s, no client', (name) => {
  for (const person of ['mara', 'lena', 'dora', 'max', 'ada']) {
    expect(asked(name)(person)).toBe('yes');
  }
  expect(asked(name)('berta')).toBe('no');
});

test('any colleague who reads it writes to its client, and so does the client himself', () => {
  for (const person of ['mara', 'lena', 'dora', 'max', 'ada', 'berta']) {
    expect(asked('comment', { note: 'we are on it' })(person)).toBe('yes');
  }
  expect(asked('comment', { note: 'we are on it' })('fred')).toBe('unknown');
});

test('a page is declined by whoever got it; that he may not decline another’s is decided, not permitted', () => {
  expect(asked('decline')('mara')).toBe('yes');
  expect(asked('decline')('lena')).toBe('no');
});

test('only whoever has it gives it back', () => {
  const world = reported();
  world.as('mara').acknowledge();
  world.as('otto').acknowledge();
  expect(asked('release', {}, world)('mara')).toBe('yes');
  expect(asked('release', {}, world)('otto')).toBe('yes');
  expect(asked('release', {}, world)('lena')).toBe('no');
  expect(asked('release', {}, world)('ada')).toBe('no');
});

describe('the severity', () => {
  test('is raised by any colleague, lowered by who answers for it', () => {
    expect(asked('change-severity', { severity: 'S1' })('mara')).toBe('yes');
    expect(asked('change-severity', { severity: 'S3' })('mara')).toBe('no');
    for (const person of ['lena', 'dora', 'max', 'ada']) {
      expect(asked('change-severity', { severity: 'S3' })(person)).toBe('yes');
    }
  });

  test('may still be raised late, when others raised it higher', () => {
    const world = reported();
    world.as('otto').rates('S1');
    const seen = { generation: 1, severity: 'S3' } as const;
    expect(asked('change-severity', { severity: 'S2', seen }, world)('mara')).toBe('yes');
    expect(asked('change-severity', { severity: 'S2' }, world)('mara')).toBe('no');
  });
});

describe('a resolve', () => {
  test('is for whoever has it, the lead and the dispatcher', () => {
    const world = reported();
    world.as('mara').acknowledge();
    for (const person of ['mara', 'lena', 'dora']) {
      expect(asked('resolve', {}, world)(person)).toBe('yes');
    }
    for (const person of ['otto', 'nils', 'max']) {
      expect(asked('resolve', {}, world)(person)).toBe('no');
    }
  });

  test('implies an acknowledgement: where nobody has it, any of the team may', () => {
    expect(asked('resolve')('otto')).toBe('yes');
    expect(asked('resolve')('max')).toBe('no');
    expect(asked('resolve')('berta')).toBe('no');
  });

  test('that is only proposed is for any colleague', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('mara').rates('S1');
    const seen = { generation: 1, severity: 'S2' } as const;
    expect(asked('resolve', { seen }, world)('otto')).toBe('yes');
  });
});

describe('a transfer', () => {
  const team = { team: 'doors', note: '' };

  test('is for whoever has it, the lead and who looks over all', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('nils').acknowledge();
    for (const person of ['mara', 'nils', 'lena', 'dora', 'max', 'ada']) {
      expect(asked('transfer', team, world)(person)).toBe('yes');
    }
    expect(asked('transfer', team, world)('otto')).toBe('no');
    expect(asked('transfer', team, world)('berta')).toBe('no');
    expect(asked('transfer', team, world)('fred')).toBe('unknown');
  });

  test('is for any of the team where nobody has it', () => {
    for (const person of ['mara', 'otto', 'nils']) {
      expect(asked('transfer', team)(person)).toBe('yes');
    }
    expect(asked('transfer', team)('berta')).toBe('no');
  });

  test('is not for whoever was only paged, once somebody else has it', () => {
    const world = reported();
    world.as('otto').acknowledge();
    world.forward(minute);
    expect(asked('transfer', team, world)('mara')).toBe('no');
    expect(asked('progress', {}, world)('mara')).toBe('yes');
  });

  test('takes it out of sight of the team before, but for whoever had it', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('mara').transfer('new');
    expect(asked('acknowledge', {}, world)('otto')).toBe('unknown');
    expect(asked('acknowledge', {}, world)('mara')).toBe('yes');
  });
});

describe('an answer to what somebody saw before it was taken out of his sight', () => {
  const before = { generation: 1, severity: 'S2' } as const;
  const since = { generation: 2, severity: 'S2' } as const;
  const answers = ['acknowledge', 'progress', 'resolve'] as const;

  /** With team "new", which is Nils’, and which Max leads here. */
  function moved() {
    const world = reported();
    world.edit('team', 'new', { lead: 'max' });
    world.as('dora').transfer('new');
    return world;
  }

  test.each(answers)('%s: is permitted to the team that had it, of that time', (name) => {
    for (const person of ['otto', 'lena']) {
      expect(asked(name, { seen: before }, moved())(person)).toBe('yes');
      expect(asked(name, { seen: since }, moved())(person)).toBe('unknown');
    }
    for (const person of ['fred', 'berta']) {
      expect(asked(name, { seen: before }, moved())(person)).not.toBe('yes');
    }
  });

  test('is permitted to a team that it left earlier, and after it was reopened or is over', () => {
    const world = moved();
    world.as('dora').transfer('doors');
    world.edit('team', 'doors', { members: ['nils'], lead: null });
    const ask = () => asked('acknowledge', { seen: before }, world)('otto');
    expect(ask()).toBe('yes');
    world.as('dora').resolve();
    expect(ask()).toBe('yes');
    world.as('dora').reopen();
    expect(ask()).toBe('yes');
  });

  test('is all that is: it is not read, and nothing else is done to it', () => {
    const args = { seen: before, severity: 'S1', team: 'doors' } as const;
    for (const name of [
      'change-severity',
      'transfer',
      'close',
      'reopen',
      'release',
      'decline',
    ] as const) {
      expect(asked(name, args, moved())('otto')).toBe('unknown');
    }
    const world = moved();
    const { directory } = world.context();
    expect(relationsTo(world.ticket(), 'otto', directory)).toEqual(['other']);
  });

  test('is permitted to whoever was paged before it was reopened', () => {
    const world = newWorld();
    world.edit('team', 'cold', { lead: 'fred' });
    world.report({ severity: 'S3' });
    world.edit('team', 'cold', { lead: 'lena' });
    world.as('mara').resolve();
    world.as('mara').reopen();
    expect(asked('acknowledge', { seen: before }, world)('fred')).toBe('yes');
    expect(asked('acknowledge', { seen: since }, world)('fred')).toBe('unknown');
  });
});

test('a phone that knows no more than every colleague comes to the same answers', () => {
  const world = reported();
  world.as('mara').acknowledge();
  const ticket = world.ticket();
  const { directory, now } = world.context();
  const company = {
    person: new Map([...directory.person].map(([key, one]) => [key, referenceOf('person', one)])),
    team: new Map([...directory.team].map(([key, one]) => [key, referenceOf('team', one)])),
  };
  const args = { ticket: ticket.id, seen: { generation: 1, severity: 'S2' } } as const;
  const commands: readonly Command[] = [
    { name: 'acknowledge', args },
    { name: 'transfer', args: { ...args, team: 'doors', note: '' } },
    { name: 'resolve', args: { ...args, resolution: '' } },
    { name: 'release', args },
  ];
  for (const person of directory.person.keys()) {
    for (const command of commands) {
      expect(permits(person, command, ticket, company, now)).toBe(
        permits(person, command, ticket, directory, now),
      );
    }
  }
});

test('once it is put away it is only its team’s, its reporter’s and theirs who look over all', () => {
  const world = newWorld();
  world.edit('team', 'cold', { lead: 'fred' });
  world.report({ severity: 'S3' }, 'berta');
  world.edit('team', 'cold', { lead: 'lena' });
  world.as('mara').acknowledge();
  world.as('mara').resolve();
  world.as('lena').close();
  expect(asked('acknowledge', {}, world)('fred')).toBe('yes');
  world.forward(3 * day);
  expect(asked('decline', {}, world)('fred')).toBe('unknown');
  expect(asked('change-severity', { severity: 'S1' }, world)('fred')).toBe('unknown');
  // What he said without net is noted still.
  expect(asked('acknowledge', {}, world)('fred')).toBe('yes');
  for (const person of ['mara', 'lena', 'dora']) {
    expect(asked('acknowledge', {}, world)(person)).toBe('yes');
  }
  expect(asked('reopen', {}, world)('berta')).toBe('yes');
});

test('closing is for who answers for it; reopening also for its client', () => {
  const world = reported();
  world.as('lena').resolve();
  for (const person of ['lena', 'dora', 'max', 'ada']) {
    expect(asked('close', {}, world)(person)).toBe('yes');
  }
  expect(asked('close', {}, world)('mara')).toBe('no');
  for (const person of ['mara', 'berta']) expect(asked('reopen', {}, world)(person)).toBe('yes');
});
