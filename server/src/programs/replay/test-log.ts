/** An incident log for tests, and what becomes of it in memory: as replay.ts plays it, without a database. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { permits } from '@rung/domain/access/permits.ts';
import { must } from '@rung/domain/base/must.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import {
  type Directory,
  emptyDirectory,
  severities,
  withChanges,
} from '@rung/domain/directory/directory.ts';
import { carryOut, letTimePass } from '@rung/domain/escalation/carry-out.ts';
import type { Log } from '@rung/domain/ticket/append.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { isBlock } from '@rung/protocol/directory/fields.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { planDraft } from '../../apply/plan-draft.ts';
import { readDirectoryFile } from '../directory-file.ts';
import { meaningOf, type Said, type Unmapped } from './meaning.ts';
import { companyOf } from './company.ts';
import { idOf } from './ids.ts';
import { type Row, states } from './incident-log.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Leap day of 2016, a Monday, 09:00: the calendar of policy.yaml is open. */
export const monday: Instant = Date.UTC(2016, 1, 29, 9);

/** A row that says nothing but what it must, unless it says something else. */
export function row(said: Partial<Row> = {}): Row {
  return {
    line: 2,
    number: 'INC1',
    state: 'New',
    severity: 'S2',
    at: monday,
    openedAt: said.at ?? monday,
    openedBy: null,
    group: 'Group 1',
    assignee: null,
    location: null,
    category: null,
    ...said,
  };
}

/** What a row says, and how long after the one before it was written. */
export type Written = Partial<Row> & { readonly after?: number };

/** Rows of one incident, unless they name others. */
export function incident(...rows: readonly Written[]): readonly Row[] {
  let at = monday;
  return rows.map(({ after = 0, ...said }, n) => row({ ...said, at: (at += after), line: n + 2 }));
}

const gaps = [0, 0, minute, 15 * minute, 30 * minute, 45 * minute, 2 * hour, day, 3 * day, 4 * day];

/** Logs of two incidents in which anything may follow anything. */
export const rowsOfAny: fc.Arbitrary<readonly Row[]> = fc
  .array(
    fc.record({
      number: fc.constantFrom('INC1', 'INC2'),
      state: fc.constantFrom(...states),
      severity: fc.constantFrom('S2', 'S2', 'S2', ...severities),
      group: fc.constantFrom('Group 1', 'Group 2', null),
      assignee: fc.constantFrom(null, null, 'Resolver 1', 'Resolver 2', 'Resolver 3'),
      openedBy: fc.constantFrom(null, 'Opened by  8'),
      after: fc.constantFrom(...gaps),
    }),
    { minLength: 1, maxLength: 25, size: 'max' },
  )
  .map((rows) => incident(...rows));

/** The policy that replays go by, as the program reads it. */
export const policy: Readonly<Record<string, unknown>> = readPolicy();

function readPolicy(): Record<string, unknown> {
  const read = readDirectoryFile(readFileSync(new URL('policy.yaml', import.meta.url), 'utf8'));
  if (!read.ok || !isBlock(read.document)) throw new Error(JSON.stringify(read));
  return read.document;
}

/** The directory of the company that the rows tell of. Throws with what is wrong with it. */
export function directoryOf(rows: readonly Row[]): Directory {
  const parsed = parseDirectory(companyOf(rows, policy));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const nothing = { directory: emptyDirectory(), teamsInUse: new Set<string>() };
  const planned = planDraft(nothing, parsed.value, false);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
  return withChanges(emptyDirectory(), 1, planned.value.changes);
}

/** What a row was taken for, and what came of it. */
type Told = {
  readonly said: readonly Said[];
  /** Of each command: `done`, or why not, or how it was taken instead. */
  readonly codes: readonly string[];
  readonly unmapped: readonly Unmapped[];
  readonly begins: 'incident' | 'linked' | null;
};

type Kept = Log & { readonly ticket: Ticket; readonly events: readonly TicketEvent[] };

/** Plays the rows, at each instant before the deadlines, and then whatever is due up to `endAt` (else the last row's). */
export function played(rows: readonly Row[], endAt: Instant = must(rows.at(-1), 'a row').at) {
  const directory = directoryOf(rows);
  const incidents = new Map<string, { readonly ticket: string; readonly before: Row }>();
  const tickets = new Map<string, Kept>();
  const told: Told[] = [];

  const keep = (before: Kept | null, log: Log & { readonly ticket: Ticket }): void => {
    const events = [...(before?.events ?? []), ...log.added];
    tickets.set(log.ticket.id, { ...log, added: [], events });
  };
  const passTime = (until: Instant): void => {
    for (const id of tickets.keys()) {
      for (;;) {
        const kept = must(tickets.get(id), id);
        const now = nextDue(kept.ticket);
        if (now === null || now >= until) break;
        const log = letTimePass(kept, { directory, now });
        keep(kept, { ...log, ticket: must(log.ticket, id) });
      }
    }
  };
  const send = ({ command, person, at }: Said, uid: string, now: Instant): string => {
    const kept = tickets.get(command.args.ticket) ?? null;
    const answer = permits(person, command, kept?.ticket ?? null, directory, at);
    if (answer !== 'yes') return `not-permitted: ${answer}`;
    const doer = { key: person, person: must(directory.person.get(person), person) };
    const acted = { uid, command, doer, actedAt: at, claimedAt: at };
    const log = kept ?? { ticket: null, seq: 0, added: [] };
    const done = carryOut(log, acted, { directory, now });
    if (!done.ok) return done.refusal.kind;
    keep(kept, { ...done.value.log, ticket: must(done.value.log.ticket, uid) });
    return done.value.code ?? 'done';
  };

  for (const row of rows) {
    passTime(row.at);
    const known = incidents.get(row.number) ?? null;
    const stands = known === null ? null : must(tickets.get(known.ticket), known.ticket).ticket;
    const fresh = idOf(row.at, row.number, row.line);
    const { said, unmapped, begins } = meaningOf(row, known?.before ?? null, stands, fresh);
    const codes = said.map((one, n) => send(one, idOf(row.at, row.number, row.line, n), row.at));
    told.push({ said, codes, unmapped, begins });
    incidents.set(row.number, {
      ticket: begins === null ? must(known, 'it began').ticket : fresh,
      before: row,
    });
  }
  passTime(endAt + 1);
  return { told, tickets: [...tickets.values()], endAt };
}
