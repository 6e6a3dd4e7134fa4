/** How people write lengths of time and targets: read here and written here, so that the two never part. */

import type { Span, Target } from './directory.ts';

const units = new Map<string, Span['unit']>(
  Object.entries({
    s: 'second',
    sec: 'second',
    secs: 'second',
    second: 'second',
    seconds: 'second',
    m: 'minute',
    min: 'minute',
    mins: 'minute',
    minute: 'minute',
    minutes: 'minute',
    h: 'hour',
    hour: 'hour',
    hours: 'hour',
    d: 'day',
    day: 'day',
    days: 'day',
  } as const),
);
const shortUnits = { second: 's', minute: 'm', hour: 'h', day: 'd' } as const;

/** Reads "15m", "15 min", "4 business hours"; null = not a length of time. */
export function spanOf(text: string): Span | null {
  const found = /^(\d{1,5})\s*(business\s+)?([a-z]+)$/i.exec(text.trim());
  const unit = units.get((found?.[3] ?? '').toLowerCase());
  if (!found || !unit) return null;
  return { n: Number(found[1]), unit, business: found[2] !== undefined };
}

/** The shortest text that `spanOf` reads as this: "15m", "1 business day". */
export function spanText(span: Span): string {
  if (!span.business) return `${span.n}${shortUnits[span.unit]}`;
  return `${span.n} business ${span.unit}${span.n === 1 ? '' : 's'}`;
}

const fromTicket = ['on-call', 'lead', 'team', 'account-owner', 'owner'] as const;
const byKey = ['schedule', 'team', 'person'] as const;

/** Reads "on-call", "team:cold", "person:mara"; null = not a target. Whether the key exists is not asked here. */
export function targetOf(text: string): Target | null {
  const [kind = '', key] = text.trim().split(/\s*:\s*/, 2);
  if (key === undefined) {
    const plain = fromTicket.find((one) => one === kind);
    return plain ? { kind: plain } : null;
  }
  const keyed = byKey.find((one) => one === kind);
  return keyed && key !== '' ? { kind: keyed, key } : null;
}

/** The text that `targetOf` reads as this. */
export function targetText(target: Target): string {
  return 'key' in target ? `${target.kind}:${target.key}` : target.kind;
}
