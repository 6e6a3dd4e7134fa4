/**
 * A made-up incident event log with the columns of a ServiceNow export: the same for the same seed. Every plot below is
 * played as often as every other, so that how much of what there is does not depend on the seed.
 */

import type { Dirt } from '../../server/src/programs/replay/incident-log.ts';

export type MadeUpLog = {
  readonly csv: string;
  readonly incidents: number;
  /** That can be replayed. */
  readonly rows: number;
  /** Lines of the file, from 1, by what is wrong with them. */
  readonly dirt: ReadonlyMap<Dirt, readonly number[]>;
  /** Incidents that came back within 72 hours after they were resolved, each once, */
  readonly reopened: number;
  /** and later than that. */
  readonly linked: number;
};

/** A number from `least` to `most`, both included. */
type Dice = (least: number, most: number) => number;

/** Mulberry32. */
export function diceOf(seed: number): Dice {
  let state = seed | 0;
  return (least, most) => {
    state = (state + 0x6d2b79f5) | 0;
    let n = Math.imul(state ^ (state >>> 15), 1 | state);
    n ^= n + Math.imul(n ^ (n >>> 7), 61 | n);
    const part = ((n ^ (n >>> 14)) >>> 0) / 2 ** 32;
    return least + Math.floor(part * (most - least + 1));
  };
}

const hour = 60;
const day = 24 * hour;

/** What comes next: after how many minutes, in which state, and what else is written then. */
type Step = readonly [least: number, most: number, state: string, ...also: Also[]];
type Also = 'exactly' | 'assigned' | 'unassigned' | 'moved' | 'raised' | 'lowered' | 'twice';

const begun: readonly Step[] = [
  [0, 20, 'New'],
  [1, 5 * hour, 'Active', 'assigned'],
];
const solved: readonly Step[] = [
  [0, 2 * day, 'Resolved', 'twice'],
  [hour, 2 * day, 'Closed'],
];

const plots = {
  // Written at the very instants at which steps and expiries are due.
  'to the minute': [
    [0, 0, 'New'],
    [30, 30, 'New', 'exactly'],
    [30, 30, 'New', 'exactly', 'raised'],
    [30, 30, 'Active', 'exactly', 'assigned'],
    [30, 30, 'Active', 'exactly'],
    [60, 60, 'Active', 'exactly'],
    ...solved,
  ],
  plain: [...begun, ...solved],
  'straight to its end': [[0, 20, 'New'], ...solved],
  'not new at first': [[1, hour, 'Active', 'assigned', 'twice'], ...solved],
  'over at first': [
    [0, day, 'Resolved'],
    [5, day, 'Closed'],
  ],
  held: [
    ...begun,
    [1, day, 'Awaiting User Info'],
    [0, day, 'Awaiting Vendor', 'twice'],
    [1, 2 * day, 'Active'],
    [1, day, 'Awaiting Evidence', 'unassigned'],
    [1, day, 'Active', 'assigned'],
    ...solved,
  ],
  back: [...begun, ...solved, [1, 20 * hour, 'Active', 'assigned'], ...solved],
  'back while resolved': [
    ...begun,
    [1, day, 'Resolved'],
    [1, 71 * hour, 'New', 'unassigned'],
    ...solved,
  ],
  'back too late': [
    ...begun,
    ...solved,
    [72 * hour, 6 * day, 'Active', 'assigned'],
    [0, hour, 'Active', 'moved'],
    ...solved,
  ],
  raised: [
    ...begun,
    [1, day, 'Active', 'raised'],
    [1, hour, 'Active', 'lowered', 'twice'],
    [1, hour, 'Active', 'raised', 'moved'],
    ...solved,
  ],
  'raised while nobody has it': [
    [0, 20, 'New'],
    [1, 4 * hour, 'New', 'raised'],
    [0, 4 * hour, 'New', 'lowered'],
    ...solved,
  ],
  moved: [
    [0, 20, 'New'],
    [1, 3 * hour, 'New', 'moved'],
    [0, 0, 'Active', 'moved', 'assigned'],
    [1, 3 * hour, 'Active', 'moved', 'unassigned'],
    [0, day, 'Active', 'assigned'],
    ...solved,
  ],
  // Nobody answers: the ladder goes to its end.
  unheard: [[0, 20, 'New'], [2 * day, 5 * day, 'New'], ...solved],
  // Somebody has it, and says nothing for long.
  lapsed: [
    ...begun,
    [day, 3 * day, 'Active', 'twice'],
    [hour, day, 'Active', 'assigned'],
    ...solved,
  ],
  'never solved': [...begun, [1, day, 'Awaiting Problem']],
  'twice and twice': [
    [0, 0, 'New', 'twice'],
    [0, 0, 'Active', 'assigned', 'twice'],
    [0, 0, 'Resolved', 'twice'],
    [0, 0, 'Closed', 'twice'],
  ],
} as const satisfies Readonly<Record<string, readonly Step[]>>;
type Plot = keyof typeof plots;
const allPlots = Object.keys(plots) as Plot[];

const columns = (
  'number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,' +
  'opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,' +
  'subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,knowledge,' +
  'u_priority_confirmation,notify,problem_id,rfc,vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at'
).split(',');

type Cells = Readonly<Record<string, string>>;

const startsAt = Date.UTC(2021, 1, 26, 17, 30);
const priorities = ['1 - Critical', '2 - High', '3 - Moderate', '4 - Low'];
/** What is urgent goes on sooner, by priority; otherwise somebody would be paged for days, every few minutes. */
const pace = [0.08, 0.12, 1, 1];

/** `each`: how often every plot is played. All are opened within weeks. */
export function incidentLog(seed: number, { each = 4 } = {}): MadeUpLog {
  const dice = diceOf(seed);
  const played = Array.from({ length: each }, () => allPlots).flat();
  let openedAt = 0;
  const rows = played.flatMap((plot, n) => {
    // Some are opened in the same minute.
    if (n % 4 !== 1) openedAt = dice(0, 14 * day);
    if (plot === 'to the minute') openedAt = Math.floor(n / allPlots.length) * day;
    // For the same reason as `pace`.
    if (plot === 'never solved') openedAt = dice(18 * day, 19 * day);
    // In each round a plot is played with another priority.
    const round = Math.floor(n / allPlots.length);
    const priority = ((n % allPlots.length) + round) % priorities.length;
    return rowsOf(dice, plots[plot], `INC${String(n + 1).padStart(5, '0')}`, openedAt, priority);
  });
  const lines: { text: string; dirt: Dirt | null }[] = rows.map((cells) => ({
    text: textOf(cells),
    dirt: null,
  }));
  for (const [kind, spoil] of spoilt) {
    const text = spoil(rows[dice(0, rows.length - 1)]!);
    // A quotation mark that is never closed takes all that follows with it.
    const place = kind === 'unreadable' ? lines.length : dice(0, lines.length - 1);
    lines.splice(place, 0, { text, dirt: kind });
  }

  const dirt = new Map<Dirt, number[]>();
  for (const [n, { dirt: kind }] of lines.entries()) {
    // The header is line 1.
    if (kind !== null) dirt.set(kind, [...(dirt.get(kind) ?? []), n + 2]);
  }
  return {
    csv: [columns.join(','), ...lines.map(({ text }) => text), ''].join('\n'),
    incidents: played.length,
    rows: rows.length,
    dirt,
    reopened: 2 * each,
    linked: each,
  };
}

function rowsOf(
  dice: Dice,
  plot: readonly Step[],
  number: string,
  openedAt: number,
  firstPriority: number,
): readonly Cells[] {
  let at = openedAt;
  let priority = firstPriority;
  let group = dice(1, 5);
  let assignee: number | null = null;
  const always = {
    number,
    caller_id: `Caller ${dice(1, 40)}`,
    opened_by: dice(0, 9) === 0 ? '?' : `Opened by  ${dice(1, 6)}`,
    opened_at: said(openedAt),
    location: dice(0, 9) === 0 ? '?' : `Location ${dice(1, 7)}`,
    category: dice(0, 9) === 0 ? '?' : `Category ${dice(1, 9)}`,
    u_symptom: `"Symptom ${dice(1, 90)}, as ""told"""`,
    contact_type: 'Phone',
  };
  const isUngrouped = dice(0, 7) === 0;
  return plot.flatMap(([least, most, state, ...also], n) => {
    const isOver = ['Resolved', 'Closed'].includes(plot[n - 1]?.[2] ?? '');
    const isScaled = !isOver && !also.includes('exactly');
    at += Math.round(dice(least, most) * (isScaled ? pace[priority]! : 1));
    if (also.includes('raised')) priority = Math.max(priority - dice(1, 2), 0);
    if (also.includes('lowered')) priority = Math.min(priority + 1, priorities.length - 1);
    if (also.includes('moved')) group = (group % 5) + 1;
    if (also.includes('unassigned')) assignee = null;
    // Of three resolvers of the group.
    if (also.includes('assigned')) assignee = group * 10 + dice(1, 3);
    const row = {
      ...always,
      incident_state: state,
      sys_mod_count: String(n),
      sys_updated_at: said(at),
      priority: priorities[priority]!,
      assignment_group: isUngrouped && assignee === null ? '?' : `Group ${group}`,
      assigned_to: assignee === null ? '?' : `Resolver ${assignee}`,
    };
    return also.includes('twice') ? [row, row] : [row];
  });
}

/** What is dirty, made of a row that is not. */
const spoilt: readonly (readonly [Dirt, (row: Cells) => string])[] = [
  ['wrong-field-count', (row) => `${textOf(row)},?`],
  ['wrong-field-count', (row) => textOf(row).split(',').slice(0, 5).join(',')],
  ['no-number', (row) => textOf({ ...row, number: '?' })],
  ['no-number', (row) => textOf({ ...row, number: ' ' })],
  ['unreadable-date', (row) => textOf({ ...row, sys_updated_at: '30/2/2021 10:00' })],
  ['unreadable-date', (row) => textOf({ ...row, opened_at: '2021-03-01 10:00' })],
  ['unreadable-date', (row) => textOf({ ...row, sys_updated_at: '?' })],
  ['unknown-state', (row) => textOf({ ...row, incident_state: '-100' })],
  ['unknown-state', (row) => textOf({ ...row, incident_state: 'active' })],
  ['unknown-priority', (row) => textOf({ ...row, priority: '5 - Planning' })],
  ['unknown-priority', (row) => textOf({ ...row, priority: '?' })],
  ['before-opened', (row) => textOf({ ...row, sys_updated_at: '1/1/2021 00:00' })],
  ['unreadable', (row) => `"${textOf({ ...row, u_symptom: '?' })}`],
];

function textOf(cells: Cells): string {
  return columns.map((name) => cells[name] ?? '?').join(',');
}

/** "29/2/2016 01:16". */
function said(minutes: number): string {
  const at = new Date(startsAt + minutes * 60_000);
  const time = at.toISOString().slice(11, 16);
  return `${at.getUTCDate()}/${at.getUTCMonth() + 1}/${at.getUTCFullYear()} ${time}`;
}
