import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { must } from '@rung/domain/base/must.ts';
import {
  day,
  hour,
  incident,
  minute,
  monday,
  played,
  row,
  rowsOfAny,
  type Written,
} from './test-log.ts';

/** What people said in the last of these rows of one incident, each as "who what", and what came of it. */
function last(...said: readonly Written[]) {
  const story = played(incident(...said));
  const told = must(story.told.at(-1), 'a row');
  return {
    ...told,
    commands: told.said.map(({ command }) => command),
    words: told.said.map(({ person, command }) => `${person} ${command.name}`),
    ticket: must(story.tickets.at(-1), 'a ticket').ticket,
    tickets: story.tickets.map(({ ticket }) => ticket.id),
  };
}

const one = 'Resolver 1';
const two = 'Resolver 2';

describe('the first row of an incident', () => {
  test('reports it, as of when it was opened, to its group', () => {
    const { said, begins, codes } = last({
      openedAt: monday - hour,
      openedBy: 'Opened by  8',
      severity: 'S3',
      category: 'Category 55',
      location: 'Location 143',
    });
    expect(said).toEqual([
      {
        person: 'opened-by-8',
        at: monday - hour,
        command: {
          name: 'report',
          args: {
            ticket: expect.any(String),
            type: 'incident',
            severity: 'S3',
            title: 'INC1, Category 55',
            description: '',
            site: 'location-143',
            asset: null,
            category: 'category-55',
            team: 'group-1',
            take: false,
          },
        },
      },
    ]);
    expect({ begins, codes }).toEqual({ begins: 'incident', codes: ['done'] });
  });

  test('is the service desk’s where it names no opener and no group', () => {
    const { said, ticket } = last({ group: null });
    expect(said).toMatchObject([{ person: 'service-desk', command: { args: { title: 'INC1' } } }]);
    expect(ticket).toMatchObject({ team: 'service-desk', site: null, category: null });
  });

  test.each([
    ['New', ['service-desk report'], 'open', []],
    ['Active', ['service-desk report', 'resolver-1 acknowledge'], 'acknowledged', []],
    [
      'Awaiting User Info',
      ['service-desk report', 'resolver-1 acknowledge'],
      'acknowledged',
      ['hold'],
    ],
    ['Resolved', ['service-desk report', 'resolver-1 resolve'], 'resolved', []],
    ['Closed', ['service-desk report', 'resolver-1 resolve', 'resolver-1 close'], 'closed', []],
  ] as const)('may be %s already', (state, words, phase, unmapped) => {
    const found = last({ state, assignee: one });
    expect(found).toMatchObject({ words, unmapped, begins: 'incident', ticket: { phase } });
    expect(new Set(found.codes)).toEqual(new Set(['done']));
  });

  test('may be acknowledged by whoever is assigned where there is no group', () => {
    expect(last({ state: 'Active', group: null, assignee: two })).toMatchObject({
      words: ['service-desk report', 'resolver-2 acknowledge'],
      codes: ['done', 'done'],
      ticket: { owner: 'resolver-2', team: 'service-desk' },
    });
  });

  test('that is Active without an assignee is the service desk’s: nobody was asked yet', () => {
    expect(last({ state: 'Active' }).words).toEqual([
      'service-desk report',
      'service-desk acknowledge',
    ]);
  });
});

describe('the first state other than New acknowledges', () => {
  test.each(['Active', 'Awaiting Vendor'] as const)('as whoever is assigned: %s', (state) => {
    const found = last({ assignee: one }, { state, assignee: two });
    expect(found).toMatchObject({
      words: ['resolver-2 acknowledge'],
      codes: ['done'],
      ticket: { owner: 'resolver-2', phase: 'acknowledged' },
    });
  });

  test('as whoever was asked last where nobody is assigned', () => {
    const others = row({ number: 'INC0', group: 'Group 0', assignee: 'Resolver 0' });
    const log = (after: number) =>
      played([others, ...incident({ assignee: one }, { state: 'Active', after })]);
    const acked = (after: number) => log(after).told.at(-1)?.said[0];
    // On call and lead, and then the lead of the group that has duty.
    expect(acked(minute)).toMatchObject({ person: 'resolver-1', command: { name: 'acknowledge' } });
    expect(acked(61 * minute)).toMatchObject({ person: 'resolver-0' });
  });

  test('once: whoever has it shows by another that he still does', () => {
    const states = ['Active', 'Awaiting Problem', 'Awaiting Vendor', 'Active'] as const;
    for (const n of [2, 3, 4]) {
      const rows = states.slice(0, n).map((state) => ({ state, assignee: one }));
      expect(last({}, ...rows).words).toEqual(['resolver-1 progress']);
    }
  });

  test('and New again says nothing of the kind', () => {
    expect(last({}, { assignee: one }).words).toEqual(['resolver-1 progress']);
    expect(last({ state: 'Active', assignee: one }, {}).words).toEqual(['resolver-1 progress']);
  });
});

describe('another priority', () => {
  test.each([
    ['raises', 'S3', 'S1', 2],
    ['lowers', 'S2', 'S4', 1],
  ] as const)('%s the severity: %s to %s', (_, severity, to, generation) => {
    const found = last({ severity }, { severity: to, assignee: one });
    expect(found.said).toMatchObject([
      {
        person: 'resolver-1',
        at: monday,
        command: {
          name: 'change-severity',
          args: {
            ticket: found.ticket.id,
            seen: { generation: 1, severity },
            severity: to,
            reason: `priority ${severity} to ${to}`,
          },
        },
      },
    ]);
    expect(found).toMatchObject({ codes: ['done'], ticket: { severity: to, generation } });
  });

  test('is said by whoever has the ticket where nobody is assigned', () => {
    const found = last({ state: 'Active', assignee: two }, { state: 'Active', severity: 'S1' });
    expect(found.words).toEqual(['resolver-2 change-severity']);
  });

  test('comes before the acknowledgement, which is of what it raised', () => {
    const found = last({}, { state: 'Active', severity: 'S1', assignee: one });
    expect(found.words).toEqual(['resolver-1 change-severity', 'resolver-1 acknowledge']);
    expect(found.commands).toMatchObject([
      { args: { seen: { generation: 1, severity: 'S2' } } },
      { args: { seen: { generation: 2, severity: 'S1' } } },
    ]);
    expect(found).toMatchObject({ codes: ['done', 'done'], ticket: { run: { state: 'acked' } } });
  });

  test('comes before the resolution, which is no proposal then', () => {
    const found = last({}, { state: 'Closed', severity: 'S1', assignee: one });
    expect(found.words).toEqual([
      'resolver-1 change-severity',
      'resolver-1 resolve',
      'resolver-1 close',
    ]);
    expect(found).toMatchObject({ codes: ['done', 'done', 'done'], ticket: { phase: 'closed' } });
  });

  test('by whoever has it is his sign of work, too', () => {
    const found = last(
      { severity: 'S3', state: 'Active', assignee: one },
      { severity: 'S2', state: 'Active', assignee: one },
    );
    expect(found.words).toEqual(['resolver-1 change-severity']);
    expect(found.ticket).toMatchObject({ owner: 'resolver-1', run: { state: 'acked' } });
  });

  test('that came with the reopening of a ticket is the new one’s, not a change', () => {
    const found = last({ state: 'Closed' }, { state: 'New', severity: 'S1', after: 4 * day });
    expect(found).toMatchObject({ words: ['service-desk report'], ticket: { severity: 'S1' } });
  });

  test.each(['S1', 'S4'] as const)('in the row that reopens comes after that: %s', (severity) => {
    const found = last(
      { state: 'Resolved' },
      { state: 'Active', severity, assignee: one, after: hour },
    );
    expect(found).toMatchObject({
      words: ['resolver-1 reopen', 'resolver-1 change-severity'],
      commands: [{}, { args: { seen: { generation: 2, severity: 'S2' }, severity } }],
      codes: ['done', 'done'],
      ticket: { severity, phase: 'open' },
    });
  });
});

describe('Resolved and Closed', () => {
  const open = { state: 'Active', assignee: one } as const;
  const resolved = { state: 'Resolved', assignee: two } as const;
  const closed = { state: 'Closed', assignee: two } as const;

  test.each<[string, readonly Written[], readonly string[], string]>([
    ['New to Resolved', [{}, resolved], ['resolver-2 resolve'], 'resolved'],
    ['New to Closed', [{}, closed], ['resolver-2 resolve', 'resolver-2 close'], 'closed'],
    ['open to Resolved', [open, resolved], ['resolver-2 resolve'], 'resolved'],
    ['open to Closed', [open, closed], ['resolver-2 resolve', 'resolver-2 close'], 'closed'],
    ['Resolved to Closed', [open, resolved, closed], ['resolver-2 close'], 'closed'],
    ['Resolved again', [open, resolved, resolved], ['resolver-1 progress'], 'resolved'],
    ['Closed again', [open, closed, closed], ['resolver-1 progress'], 'closed'],
    ['Closed to Resolved', [open, closed, resolved], ['resolver-1 progress'], 'closed'],
  ])('%s', (_, rows, words, phase) => {
    const found = last(...rows);
    expect(found).toMatchObject({ words, ticket: { phase }, begins: null });
    expect(found.codes).not.toContain('not-open');
  });

  test('are said by whoever has the ticket where nobody is assigned', () => {
    expect(last(open, { state: 'Closed' }).words).toEqual([
      'resolver-1 resolve',
      'resolver-1 close',
    ]);
  });

  test('after the ticket closed by itself is so already', () => {
    expect(last(open, resolved, { ...closed, after: 5 * day })).toMatchObject({
      words: ['resolver-2 close'],
      codes: ['closed'],
    });
  });
});

describe('a row that is not over after one that was', () => {
  const over = { state: 'Closed', assignee: one } as const;

  test.each(['New', 'Active', 'Awaiting User Info'] as const)('reopens the ticket: %s', (state) => {
    const found = last(over, { state, assignee: two, after: hour });
    expect(found).toMatchObject({
      commands: [{ name: 'reopen', args: { reason: `Closed to ${state}` } }],
      words: ['resolver-2 reopen'],
      codes: ['done'],
      begins: null,
      ticket: { phase: 'open', generation: 2, formerOwner: 'resolver-1' },
    });
    expect(found.tickets).toHaveLength(1);
  });

  test('leaves it to the next row to show that somebody has it', () => {
    const found = last(over, { state: 'Active', after: hour }, { state: 'Active', assignee: two });
    expect(found).toMatchObject({
      words: ['resolver-1 progress'],
      ticket: { owner: 'resolver-1', phase: 'in-progress' },
    });
  });

  test('reopens it up to 72 h after it was resolved, and not from then on', () => {
    const at = (after: number) => last(over, { state: 'Active', after });
    expect(at(72 * hour - 1)).toMatchObject({ words: ['resolver-1 reopen'], codes: ['done'] });
    expect(at(72 * hour)).toMatchObject({
      words: ['service-desk report', 'service-desk acknowledge'],
      codes: ['done', 'done'],
      begins: 'linked',
    });
  });

  test('counts the 72 h from the resolution, not from the closing', () => {
    const resolved = { state: 'Resolved', assignee: one } as const;
    const found = last(resolved, { ...over, after: 48 * hour }, { after: 48 * hour });
    expect(found.begins).toBe('linked');
  });

  test('begins a ticket of its own after that, reported then, which names the one before', () => {
    const found = last(
      { ...over, openedAt: monday - day, openedBy: 'Opened by  8', category: 'Mail' },
      { openedAt: monday - day, openedBy: 'Opened by  8', category: 'Mail', after: 4 * day },
    );
    const [before, now] = found.tickets;
    expect(found.said).toMatchObject([
      {
        person: 'opened-by-8',
        at: monday + 4 * day,
        command: {
          name: 'report',
          args: {
            ticket: now,
            title: 'INC1, Mail',
            description: `Follows INC1, Mail, ticket ${before}.`,
          },
        },
      },
    ]);
    expect(found.ticket).toMatchObject({ phase: 'open', generation: 1 });
  });

  test('is followed by rows of the new ticket, which may be followed by another', () => {
    const back = { state: 'Active', assignee: two, after: 4 * day } as const;
    const found = last(over, back, { ...over, after: hour });
    expect(found).toMatchObject({
      words: ['resolver-1 resolve', 'resolver-1 close'],
      commands: [{ args: { ticket: found.tickets[1] } }, { args: { ticket: found.tickets[1] } }],
    });
    const third = last(over, back, { ...over, after: hour }, back);
    expect(third.tickets).toHaveLength(3);
    expect(third.ticket.description).toContain(third.tickets[1]);
  });
});

describe('a row that changes nothing', () => {
  const mine = { severity: 'S1', state: 'Active', assignee: one } as const;

  test('is work of whoever has it, whoever is assigned, and lets him have it longer', () => {
    const found = last(mine, { ...mine, assignee: two, after: 10 * minute });
    expect(found).toMatchObject({
      words: ['resolver-1 progress'],
      commands: [{ args: { seen: { generation: 1, severity: 'S1' }, note: '' } }],
      ticket: { phase: 'in-progress', expiry: { dueAt: monday + 40 * minute } },
    });
  });

  test('gives it back to whoever had it before he was silent for too long', () => {
    const silent = { ...mine, assignee: two, after: 36 * minute } as const;
    expect(last(mine, silent)).toMatchObject({
      words: ['resolver-1 progress'],
      codes: ['done'],
      ticket: { owner: 'resolver-1', generation: 2, run: { state: 'acked' } },
    });
  });

  test('is of whoever is assigned, else asked, while nobody ever had it; and is only noted', () => {
    expect(last({}, { assignee: one })).toMatchObject({
      words: ['resolver-1 progress'],
      codes: ['noted'],
      ticket: { owner: null, phase: 'open' },
    });
    expect(last({ assignee: two }, {}).words).toEqual(['resolver-2 progress']);
    expect(last({ group: null }, { group: null }).words).toEqual(['service-desk progress']);
  });
});

describe('what cannot be done yet is counted, and the row goes for progress', () => {
  const active = { state: 'Active', assignee: one } as const;

  test.each<[string, readonly Written[], readonly string[]]>([
    ['Active to Awaiting', [active, { state: 'Awaiting Vendor' }], ['hold']],
    [
      'one Awaiting to another',
      [active, { state: 'Awaiting Vendor' }, { state: 'Awaiting Problem' }],
      ['hold'],
    ],
    ['the same Awaiting', [active, { state: 'Awaiting Vendor' }, { state: 'Awaiting Vendor' }], []],
    ['Awaiting to Active', [active, { state: 'Awaiting Vendor' }, { state: 'Active' }], ['resume']],
    ['another group', [active, { ...active, group: 'Group 2' }], ['transfer']],
    ['a group where there was none', [{ ...active, group: null }, active], []],
    ['no group any more', [active, { ...active, group: null }], []],
    [
      'both at once',
      [active, { state: 'Awaiting Evidence', group: 'Group 2' }],
      ['hold', 'transfer'],
    ],
    ['nothing at all', [active, active], []],
  ])('%s', (_, rows, unmapped) => {
    const found = last({ assignee: one }, ...rows);
    expect(found).toMatchObject({ unmapped, words: ['resolver-1 progress'] });
  });

  test('beside what can be: a hold acknowledges, a transfer comes with the resolution', () => {
    expect(last({}, { state: 'Awaiting Vendor', assignee: one })).toMatchObject({
      unmapped: ['hold'],
      words: ['resolver-1 acknowledge'],
    });
    expect(last(active, { state: 'Resolved', group: 'Group 2' })).toMatchObject({
      unmapped: ['transfer'],
      words: ['resolver-1 resolve'],
    });
    expect(last(active, { state: 'Awaiting Vendor' }, { state: 'Resolved' })).toMatchObject({
      unmapped: [],
      words: ['resolver-1 resolve'],
    });
  });

  test('but not a group that came with a ticket of its own', () => {
    const back = { ...active, group: 'Group 2', after: 4 * day };
    expect(last({ state: 'Closed', assignee: one }, back)).toMatchObject({
      begins: 'linked',
      unmapped: [],
      ticket: { team: 'group-2' },
    });
    expect(last({ state: 'Closed', assignee: one }, { ...back, after: hour }).unmapped).toEqual([
      'transfer',
    ]);
  });
});

test('whatever a log tells, every row says something, and nothing is refused but what is over', () => {
  fc.assert(
    fc.property(rowsOfAny, (rows) => {
      for (const { said, codes, begins } of played(rows).told) {
        expect(said.length).toBeGreaterThan(0);
        expect(said[0]?.command.name === 'report').toBe(begins !== null);
        for (const [n, code] of codes.entries()) {
          const isOver = said[n]?.command.name === 'change-severity' && code === 'not-open';
          if (!isOver) expect(['done', 'noted', 'already-so', 'closed']).toContain(code);
        }
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);
