/** An incident event log as ServiceNow exports it: one row for each time an incident was written (docs/replay.md). */

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Severity } from '@rung/domain/directory/directory.ts';
import { parse } from 'csv-parse';

export const states = [
  'New',
  'Active',
  'Awaiting User Info',
  'Awaiting Problem',
  'Awaiting Vendor',
  'Awaiting Evidence',
  'Resolved',
  'Closed',
] as const;
export type State = (typeof states)[number];

/** How an incident was written at one moment. What is missing is null. */
export type Row = {
  /** Of the file, from 1; the header's is 1. */
  readonly line: number;
  readonly number: string;
  readonly state: State;
  readonly severity: Severity;
  /** When it was written. */
  readonly at: Instant;
  readonly openedAt: Instant;
  readonly openedBy: string | null;
  readonly group: string | null;
  readonly assignee: string | null;
  readonly location: string | null;
  readonly category: string | null;
};

/** Why a row cannot be replayed. */
export type Dirt =
  | 'wrong-field-count'
  | 'unreadable'
  | 'no-number'
  | 'unreadable-date'
  | 'unknown-state'
  | 'unknown-priority'
  | 'before-opened';

export type IncidentLog = {
  /** In the order in which they were written: by time, then by line. */
  readonly rows: readonly Row[];
  /** The lines that were left out, by what is wrong with them. */
  readonly dirt: ReadonlyMap<Dirt, readonly number[]>;
  /** Columns that its header has not: everywhere they read as missing. */
  readonly missing: readonly string[];
};

const columns = {
  number: 'number',
  state: 'incident_state',
  priority: 'priority',
  at: 'sys_updated_at',
  openedAt: 'opened_at',
  openedBy: 'opened_by',
  group: 'assignment_group',
  assignee: 'assigned_to',
  location: 'location',
  category: 'category',
} as const;
type Field = keyof typeof columns;
type Cells = Readonly<Record<Field, string | null>>;

/** Reads the file, unpacked where its name ends in .gz. A row that cannot be read is left out and named, never fatal. */
export async function readIncidentLog(file: string): Promise<IncidentLog> {
  const dirt = new Map<Dirt, number[]>();
  const soil = (kind: Dirt, line: number): void => {
    const lines = dirt.get(kind);
    if (lines === undefined) dirt.set(kind, [line]);
    else lines.push(line);
  };
  const rows: Row[] = [];
  let header: readonly string[] | null = null;
  let cellsOf: (record: readonly string[]) => Cells = cellsBy([]);
  const lineOf = lines();
  let nextLine = 1;

  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    skip_records_with_error: true,
    // A quote that is never closed: what comes behind it is all one field.
    on_skip() {
      soil('unreadable', nextLine);
      return undefined;
    },
    info: true,
  });
  const read = async (records: AsyncIterable<unknown>): Promise<void> => {
    for await (const one of records) {
      const { record, info } = one as { record: string[]; info: { lines: number } };
      const line = lineOf(record, info.lines);
      nextLine = line.last + 1;
      if (header === null) {
        header = record;
        cellsOf = cellsBy(record);
        continue;
      }
      const isWhole = record.length === header.length;
      const found = isWhole ? rowOf(line.first, cellsOf(record)) : 'wrong-field-count';
      if (typeof found === 'string') soil(found, line.first);
      else rows.push(found);
    }
  };
  const source = createReadStream(file);
  try {
    if (/\.gz$/i.test(file)) await pipeline(source, createGunzip(), parser, read);
    else await pipeline(source, parser, read);
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  rows.sort((a, b) => a.at - b.at || a.line - b.line);
  return { rows, dirt, missing: missingIn(header ?? []) };
}

/** On which lines a record stands, from the parser's count, which takes a line break of two characters in a field for two. */
function lines(): (record: readonly string[], counted: number) => { first: number; last: number } {
  let tooMany = 0;
  return (record, counted) => {
    const breaks = record.flatMap((field) => field.match(/\r\n|\n|\r/g) ?? []);
    tooMany += breaks.filter((one) => one === '\r\n').length;
    const last = counted - tooMany;
    return { first: last - breaks.length, last };
  };
}

/** Columns that a header has not. */
function missingIn(header: readonly string[]): readonly string[] {
  return Object.values(columns).filter((name) => !header.includes(name));
}

/** Values repeat by the thousand: each is kept once. */
function cellsBy(header: readonly string[]): (record: readonly string[]) => Cells {
  const places = Object.entries(columns).map(
    ([field, name]) => [field, header.indexOf(name)] as const,
  );
  const kept = new Map<string, string>();
  const once = (text: string): string => {
    const known = kept.get(text);
    if (known === undefined) kept.set(text, text);
    return known ?? text;
  };
  return (record) =>
    Object.fromEntries(
      places.map(([field, place]) => {
        const text = (record[place] ?? '').trim();
        return [field, text === '' || text === '?' ? null : once(text)];
      }),
    ) as Cells;
}

function rowOf(line: number, cells: Cells): Row | Dirt {
  const { number, openedBy, group, assignee, location, category } = cells;
  if (number === null) return 'no-number';
  const state = states.find((one) => one === cells.state);
  if (state === undefined) return 'unknown-state';
  const severity = severityOf(cells.priority);
  if (severity === null) return 'unknown-priority';
  const [at, openedAt] = [instantOf(cells.at), instantOf(cells.openedAt)];
  if (at === null || openedAt === null) return 'unreadable-date';
  if (at < openedAt) return 'before-opened';
  return {
    line,
    number,
    state,
    severity,
    at,
    openedAt,
    openedBy,
    group,
    assignee,
    location,
    category,
  };
}

/** "1 - Critical" is S1, "4 - Low" is S4. */
function severityOf(priority: string | null): Severity | null {
  const found = /^([1-4])\b/.exec(priority ?? '');
  return found === null ? null : (`S${found[1]}` as Severity);
}

/** "29/2/2016 01:16", day first, read as UTC; null = it is no such moment. */
function instantOf(text: string | null): Instant | null {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text ?? '');
  if (found === null) return null;
  const [day, month, year, hour, minute, second] = found.slice(1).map((part = '0') => Number(part));
  const at = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const back = new Date(at);
  // What does not come back is no date: the 30th of February, 25 o'clock.
  const isSame =
    back.getUTCFullYear() === year &&
    back.getUTCMonth() + 1 === month &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute;
  return isSame ? at : null;
}
