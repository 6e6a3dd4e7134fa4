/** Short human forms of the document: lengths of time, targets, tables of policies, opening hours, dates. */

import {
  severities,
  ticketTypes,
  weekdays,
  type Calendar,
  type PolicyTable,
  type Span,
  type Target,
  type Weekday,
} from '@rung/domain/directory/directory.ts';
import { spanOf, targetOf } from '@rung/domain/directory/notation.ts';
import * as v from 'valibot';
import { key } from '../text.ts';
import { at, isBlock, notABlock, unknownKey } from './fields.ts';

/** Text that `read` understands; null from it = it does not. */
function readable<Value>(read: (text: string) => Value | null, message: string) {
  return v.pipe(
    v.string(message),
    v.rawTransform(({ dataset, addIssue, NEVER }): Value => {
      const value = read(dataset.value);
      if (value !== null) return value;
      addIssue({ message });
      return NEVER;
    }),
  );
}

const spanForms = 'write 15m, 2h, 1d, 4 business hours or 1 business day';
export const span = readable<Span>(spanOf, `is not a length of time; ${spanForms}`);

/** When a rung of the resolution ladder fires: a length of time, or a share of the resolution clock. */
export const rungAt = readable<Span | { readonly percent: number }>((text) => {
  const percent = /^([1-9]\d{0,2})\s*%$/.exec(text.trim());
  return percent ? { percent: Number(percent[1]) } : spanOf(text);
}, `is neither a length of time nor a share of the resolution clock; ${spanForms}, or 75%`);

export const target = readable<Target>((text) => {
  const found = targetOf(text);
  return found && 'key' in found && !v.is(key, found.key) ? null : found;
}, 'is not a target; write on-call, lead, team, owner or account-owner, or schedule:, team: or person: with a key');

/** A local date that exists. */
export const date = readable<string>((text) => {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  const isReal = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  return isReal ? text : null;
}, 'is not a date; write it like 2026-12-25');

const wallTime = '(?:[01]\\d|2[0-3]):[0-5]\\d';

/** When turns change: "mon 08:00". */
export const handover = readable<{ readonly day: Weekday; readonly at: string }>((text) => {
  const found = new RegExp(`^(\\S+)\\s+(${wallTime})$`).exec(text.trim());
  const day = weekdays.find((one) => one === found?.[1]?.toLowerCase());
  return found?.[2] && day ? { day, at: found[2] } : null;
}, 'is not a weekday and a time; write it like mon 08:00');

const openSpan = readable<readonly [string, string]>((text) => {
  const found = new RegExp(`^(${wallTime})\\s*-\\s*(${wallTime}|24:00)$`).exec(text.trim());
  return found?.[1] && found[2] ? [found[1], found[2]] : null;
}, 'is not a span of hours; write it in quotes like "08:00-18:00"');

/** "mon", "mon-fri", "sat-mon"; null = neither. */
function daysOf(text: string): readonly Weekday[] | null {
  const [first, last = first, ...rest] = text.split('-').map((day) => day.trim().toLowerCase());
  const from = weekdays.findIndex((day) => day === first);
  const to = weekdays.findIndex((day) => day === last);
  if (from < 0 || to < 0 || rest.length > 0) return null;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => weekdays[(from + index) % 7]!);
}

/** `{ mon-fri: "08:00-18:00", sat: ["08:00-12:00", "13:00-15:00"] }`; each day at most once. */
export const hours = v.pipe(
  v.custom<Record<string, unknown>>(isBlock, notABlock),
  v.rawTransform(({ dataset, addIssue }): Calendar['hours'] => {
    const input = dataset.value;
    const found: { [Day in Weekday]?: (readonly [string, string])[] } = {};
    for (const [name, value] of Object.entries(input)) {
      const report = (message: string): void => addIssue({ message, path: [at(input, name)] });
      const days = daysOf(name);
      if (!days) {
        report('is not a weekday or a range of them; write mon, or mon-fri');
        continue;
      }
      const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
      const spans: (readonly [string, string])[] = [];
      for (const text of texts) {
        const span = v.safeParse(openSpan, text);
        if (span.success) spans.push(span.output);
        else report(span.issues[0].message);
      }
      spans.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      for (const day of days) {
        if (found[day]) report(`names ${day} a second time; write each day once`);
        found[day] = spans;
      }
    }
    return inWeekOrder(found);
  }),
);

function inWeekOrder(hours: Calendar['hours']): Calendar['hours'] {
  return Object.fromEntries(
    weekdays.flatMap((day) => (hours[day]?.length ? [[day, hours[day]]] : [])),
  );
}

type Row = PolicyTable['any'] & object;
type Report = (path: readonly string[], message: string) => void;

/**
 * `urgent` (whatever the type and severity), `{ S1: urgent, any: calm }` (whatever the type), or
 * `{ incident: { S1: urgent }, any: calm }`. Answers the full table.
 */
export const policyTable = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue }): PolicyTable => {
    const input = dataset.value;
    const report: Report = (names, message) => {
      if (names.length === 0) return addIssue({ message });
      let inner: unknown = input;
      const path = names.map((name): v.ObjectPathItem => {
        const item = at(inner as Record<string, unknown>, name);
        inner = item.value;
        return item;
      });
      addIssue({ message, path: path as [v.ObjectPathItem, ...v.ObjectPathItem[]] });
    };
    return tableOf(input, report);
  }),
);

const tableForms =
  'write one policy for everything, or policies by severity (S1 to S4, any) or by type (incident, request, complaint, risk, any)';

function tableOf(input: unknown, report: Report): PolicyTable {
  if (input === null) return {};
  if (!isBlock(input)) {
    const row = rowOf(input, [], report);
    return row ? { any: row } : {};
  }
  const names = Object.keys(input);
  const bySeverity = names.filter((name) => severities.some((one) => one === name));
  const byType = names.filter((name) => ticketTypes.some((one) => one === name));
  if (bySeverity.length > 0 && byType.length > 0) {
    report([bySeverity[0]!], 'stands beside types; write it below one of them, or below "any:"');
    return {};
  }
  if (bySeverity.length > 0) return { any: rowOf(input, [], report) ?? {} };
  const table: { -readonly [Type in keyof PolicyTable]: Row } = {};
  for (const name of names) {
    const type = [...ticketTypes, 'any' as const].find((one) => one === name);
    if (!type) report([name], unknownKey(name, [...ticketTypes, ...severities, 'any']));
    else table[type] = rowOf(input[name], [name], report) ?? {};
  }
  return table;
}

function rowOf(input: unknown, path: readonly string[], report: Report): Row | null {
  if (!isBlock(input)) {
    const policy = policyOf(input, path, report);
    return policy === null ? null : { any: policy };
  }
  const row: { -readonly [Level in keyof Row]: string } = {};
  for (const [name, value] of Object.entries(input)) {
    const level = [...severities, 'any' as const].find((one) => one === name);
    if (!level) {
      report([...path, name], unknownKey(name, [...severities, 'any']));
      continue;
    }
    const policy = policyOf(value, [...path, name], report);
    if (policy !== null) row[level] = policy;
  }
  return row;
}

function policyOf(input: unknown, path: readonly string[], report: Report): string | null {
  if (v.is(key, input)) return input;
  report(path, `is not the key of a policy; ${tableForms}`);
  return null;
}
