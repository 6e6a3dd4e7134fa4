/**
 * Reads the answer of an exchange (protocol's exchange.ts) as it arrives. Text may be cut anywhere. Only whole portions
 * come out: rows up to a `mark` or the `end`, so that a stream that breaks leaves nothing half done.
 *
 * The envelope is checked by hand: what is inside a row comes from our own server, and a schema for it would weigh more
 * than this room.
 */

import type { ExchangeLine, Settlement } from '@rung/protocol/exchange.ts';

export type Head = Extract<ExchangeLine, { t: 'head' }>;
export type Put = Extract<ExchangeLine, { t: 'put' }>;
export type Del = Extract<ExchangeLine, { t: 'del' }>;

/** Rows that belong together, and where the device stands once it has them. */
export type Portion = {
  readonly head: Head;
  /** Whether it is the first of its answer. */
  readonly isFirst: boolean;
  readonly rows: readonly (Put | Del)[];
  readonly close:
    | { readonly kind: 'mark'; readonly cookie: string }
    | {
        readonly kind: 'end';
        readonly cookie: string;
        readonly last: number;
        readonly results: readonly Settlement[];
      };
};

/** `reading`: more may come; `ended`: all has come; `broken`: what came is not ours, and nothing more is read. */
export type Reader = {
  /** The portions that this text completes. */
  take(text: string): readonly Portion[];
  readonly standing: 'reading' | 'ended' | 'broken';
};

export function lineReader(): Reader {
  let rest = '';
  let head: Head | null = null;
  let isFirst = true;
  let rows: (Put | Del)[] = [];
  let results: Settlement[] = [];
  let standing: Reader['standing'] = 'reading';

  function read(line: ExchangeLine | null): Portion | null {
    if (line === null || (line.t === 'head') !== (head === null)) {
      standing = 'broken';
      return null;
    }
    if (head === null) {
      if (line.t === 'head') head = line;
      return null;
    }
    switch (line.t) {
      case 'put':
      case 'del':
        rows.push(line);
        return null;
      case 'result':
        results.push(line);
        return null;
      case 'mark':
        return portion(head, { kind: 'mark', cookie: line.resume });
      case 'end':
        standing = 'ended';
        return portion(head, { kind: 'end', cookie: line.cookie, last: line.last, results });
      default:
        return null;
    }
  }

  function portion(of: Head, close: Portion['close']): Portion {
    const whole = { head: of, isFirst, rows, close };
    isFirst = false;
    rows = [];
    results = [];
    return whole;
  }

  return {
    take(text) {
      const portions: Portion[] = [];
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (standing !== 'reading') break;
        const whole = read(parsed(line));
        if (whole !== null) portions.push(whole);
      }
      return portions;
    },
    get standing() {
      return standing;
    },
  };
}

type Loose = { readonly [field: string]: unknown };

function parsed(line: string): ExchangeLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isObject(value) && isOurs(value) ? (value as unknown as ExchangeLine) : null;
}

function isOurs(line: Loose): boolean {
  switch (line['t']) {
    case 'head': {
      const { mode, isResumed, scopes, epoch, time } = line;
      return (
        (mode === 'delta' || mode === 'snapshot') &&
        typeof isResumed === 'boolean' &&
        isObject(scopes) &&
        areTexts(scopes['add']) &&
        areTexts(scopes['del']) &&
        typeof epoch === 'string' &&
        isCount(time)
      );
    }
    case 'put':
      return (
        areTexts(line['s']) &&
        isCount(line['v']) &&
        isObject(line['d']) &&
        isRow(line['e'], line['d'])
      );
    case 'del':
      return (
        (line['e'] === 'ticket' || line['e'] === 'ref') &&
        typeof line['id'] === 'string' &&
        areTexts(line['s']) &&
        isCount(line['v'])
      );
    case 'mark':
      return typeof line['resume'] === 'string';
    case 'result':
      return (
        isCount(line['id']) &&
        typeof line['uid'] === 'string' &&
        outcomes.includes(line['outcome'] as string) &&
        (line['code'] === null || typeof line['code'] === 'string')
      );
    case 'end':
      return typeof line['cookie'] === 'string' && isCount(line['last']);
    default:
      return false;
  }
}

const outcomes: readonly string[] = ['applied', 'noop', 'rejected', 'quarantined'];

function isRow(entity: unknown, { id, ticket, seq, state, kind, key }: Loose): boolean {
  switch (entity) {
    case 'ticket':
      return typeof id === 'string' && isCount(seq) && isObject(state);
    case 'event':
      return typeof ticket === 'string' && isCount(seq);
    case 'page':
      return typeof id === 'string' && typeof ticket === 'string';
    case 'ref':
      return typeof kind === 'string' && typeof key === 'string';
    default:
      return false;
  }
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
