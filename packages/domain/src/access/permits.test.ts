import { describe, expect, test } from 'vitest';
import type { Command } from '../ticket/commands.ts';
import { monday, newWorld } from '../escalation/test-world.ts';
import { permits } from './permits.ts';

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

test('closing is for who answers for it; reopening also for its client', () => {
  const world = reported();
  world.as('lena').resolve();
  for (const person of ['lena', 'dora', 'max', 'ada']) {
    expect(asked('close', {}, world)(person)).toBe('yes');
  }
  expect(asked('close', {}, world)('mara')).toBe('no');
  for (const person of ['mara', 'berta']) expect(asked('reopen', {}, world)(person)).toBe('yes');
});
