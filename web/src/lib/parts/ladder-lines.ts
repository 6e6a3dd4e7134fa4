/** Each row of a ladder as it is drawn: three columns, and every drawing also said in a sentence. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Row } from '@rung/domain/escalation/ladder-view.ts';
import type { Rung } from '@rung/domain/ticket/ticket.ts';
import { m } from '@rung/messages/compiled/messages.js';
import { listed, named, type LadderWords } from './ladder-names.ts';
import { type Delivery, reachOf } from './ladder-reach.ts';
import { spanWords } from './ladder-span.ts';

/** `strong` stands before `text`; `isHere`: done on this device, and the server has not heard it. */
export type How = { readonly strong?: string; readonly text: string; readonly isHere?: boolean };

export type Line = {
  readonly look: 'past' | 'plan' | 'acked' | 'no' | 'broken' | 'none' | 'asof' | 'mark';
  /** It is reckoned, not known. */
  readonly isUnknown: boolean;
  readonly at: Instant | null;
  readonly when: string;
  /** How far a page got: 0 to 4 cells; 5 = one solid bar, null = none of them. */
  readonly cells: number | null;
  readonly who: string;
  readonly role: string;
  readonly how: readonly How[];
};

const plain = { isUnknown: false, cells: null, role: '', how: [] } as const;

/** `delivery`: how far a page got, by its id. `isOut`: the server does not answer. */
export function lineOf(
  row: Row,
  words: LadderWords,
  {
    delivery,
    isOut,
  }: {
    readonly delivery: (page: string) => Delivery | undefined;
    readonly isOut: boolean;
  },
): Line {
  const timed = (at: Instant) => ({ at, when: words.clock(at) });
  const mark = (at: Instant, who: string, how: readonly How[] = []): Line => {
    return { ...plain, ...timed(at), look: 'past', cells: 5, who, how };
  };
  switch (row.kind) {
    case 'reported': {
      const how = row.isWaiting
        ? [{ text: m.ladder_starts(), isHere: true }]
        : [{ text: m.ladder_by({ who: words.name(row.by) }) }];
      return mark(row.at, m.ladder_reported(), how);
    }
    case 'earlier':
      return { ...plain, look: 'mark', at: null, when: '', who: m.ladder_earlier({ n: row.n }) };
    case 'began':
      return mark(row.at, beganWords[row.because]({ who: words.name(row.by) }));
    case 'took': {
      const how = ackWords(row, words);
      return { ...mark(row.at, words.subject(row.by), [how]), ...acked(row.isWaiting) };
    }
    case 'late': {
      const times = { time: words.clock(row.at), known: words.clock(row.knownAt) };
      return mark(row.knownAt, words.subject(row.by), [{ text: m.ladder_late(times) }]);
    }
    case 'released': {
      const how = row.isWaiting ? [{ text: '', isHere: true }] : [];
      return mark(row.at, m.ladder_released({ who: words.name(row.by) }), how);
    }
    case 'still-on-it':
      return mark(row.at, m.event_still_on_it({ who: words.object(row.person) }));
    case 'over': {
      const who = { who: words.name(row.by) };
      const what = row.what === 'closed' ? m.ladder_closed() : m.ladder_resolved(who);
      return mark(row.at, what, [{ text: m.ladder_over() }]);
    }
    case 'as-of':
      return {
        ...plain,
        ...timed(row.at),
        look: 'asof',
        who: '',
        how: [{ text: m.ladder_known_until() }],
      };
    case 'holder':
      return holderLine(row, words, isOut);
    case 'lap': {
      const { lap, laps, at } = row;
      const when = at === null ? m.ladder_later() : words.clock(at);
      const who = m.ladder_lap({ lap, laps });
      return { ...plain, look: 'plan', isUnknown: isOut, at, when, who };
    }
    case 'planned':
      return plannedLine(row, words, isOut);
    case 'fired':
      return firedLine(row, words, delivery);
  }
}

const beganWords = {
  reported: () => m.ladder_reported(),
  raised: m.ladder_raised,
  lowered: m.ladder_lowered,
  transferred: m.ladder_transferred,
  expired: m.ladder_expired,
  reopened: m.ladder_reopened,
} satisfies { [Why in (Row & { kind: 'began' })['because']]: (by: { who: string }) => string };

function acked(isWaiting: boolean) {
  return isWaiting ? { look: 'past' as const, cells: 3 } : { look: 'acked' as const, cells: 4 };
}

/** Never "acknowledged" before the server said so. */
function ackWords(
  { at, knownAt, isWaiting }: { at: Instant; knownAt: Instant; isWaiting: boolean },
  words: LadderWords,
): How {
  const [time, known] = [words.second(at), words.second(knownAt)];
  if (isWaiting) return { text: m.ladder_said({ time }), isHere: true };
  return {
    strong: m.ladder_acked(),
    text: time === known ? time : m.ladder_times({ time, known }),
  };
}

function holderLine(
  { person, helpers, until, wasDue }: Row & { kind: 'holder' },
  words: LadderWords,
  isOut: boolean,
): Line {
  const isMe = words.subject(person) === m.ladder_you();
  const who = isMe ? m.has_me() : m.has_other({ name: words.name(person) });
  const names = listed(
    helpers.map((one) => words.object(one)),
    words.language,
  );
  const time = until === null ? '' : words.time(until);
  return {
    ...plain,
    look: 'mark',
    isUnknown: isOut,
    at: null,
    when: '',
    who,
    how: [
      ...(names === '' ? [] : [{ text: m.ladder_helpers({ who: names }) }]),
      ...(until === null
        ? []
        : [{ text: wasDue ? m.ladder_until_due({ time }) : m.ladder_until_asked({ time }) }]),
    ],
  };
}

function plannedLine(row: Row & { kind: 'planned' }, words: LadderWords, isOut: boolean): Line {
  const { at, people, isWhole, because, wasDue, after, rung } = row;
  const isNobody = isWhole && people.length === 0;
  const who = named(row, words);
  const how: How[] = [];
  if (wasDue) how.push({ text: m.ladder_was_due({ who }) });
  else if (isNobody) how.push({ text: m.ladder_nobody_plan() });
  else if (because === 'shift') how.push({ text: m.ladder_shift() });
  if (at === null && after !== null) {
    how.push({ text: m.ladder_after({ time: spanWords(after, words.language) }) });
  }
  return {
    ...plain,
    look: isNobody ? 'none' : 'plan',
    isUnknown: isOut,
    at,
    when: at === null ? m.ladder_later() : words.clock(at),
    who: `${numberOf(rung)}${whoOf(row, words)}`,
    role: roleWords(row),
    how,
  };
}

function whoOf({ people, isWhole }: Row & { kind: 'planned' }, words: LadderWords): string {
  const names = listed(
    people.map((person) => words.subject(person)),
    words.language,
  );
  if (names === '') return isWhole ? m.ladder_nobody() : m.ladder_unknown();
  return isWhole ? names : m.ladder_and_unknown({ who: names });
}

function firedLine(
  row: Row & { kind: 'fired' },
  words: LadderWords,
  delivery: (page: string) => Delivery | undefined,
): Line {
  const { asked, at, lateMs, because, rung } = row;
  const reached = asked.map((one) => reachOf(one, delivery(one.page), words, ackWords));
  const isOne = asked.length === 1;
  const names = listed(
    asked.map(({ person }) => words.subject(person)),
    words.language,
  );
  const how: How[] = reached.flatMap(({ how: said, person }) =>
    isOne ? [said] : [{ ...said, text: said.text, strong: withName(words.subject(person), said) }],
  );
  if (asked.length === 0) {
    how.push({ strong: m.ladder_nobody_how(), text: m.ladder_straight_on() });
  }
  if (because === 'unanswered') how.push({ text: m.ladder_unanswered() });
  if (lateMs > 0) {
    how.push({ text: m.ladder_late_by({ time: spanOfMs(lateMs, words) }) });
  }
  const all = (look: Line['look']) =>
    reached.length > 0 && reached.every((one) => one.look === look);
  const look = reached.some((one) => one.look === 'acked')
    ? 'acked'
    : asked.length === 0
      ? 'none'
      : all('broken')
        ? 'broken'
        : all('no')
          ? 'no'
          : 'past';
  return {
    look,
    isUnknown: false,
    at,
    when: words.clock(at),
    cells: look === 'none' || look === 'broken' ? null : Math.max(...reached.map((r) => r.cells)),
    who: `${rung === null ? '' : numberOf(rung)}${names === '' ? m.ladder_nobody() : names}`,
    role: rung === null ? m.ladder_role_beside() : roleWords({ ...row, rung }),
    how,
  };
}

function withName(name: string, { strong }: How): string {
  return strong === undefined ? `${name}:` : `${name}: ${strong}`;
}

function spanOfMs(ms: number, { language }: LadderWords): string {
  const minutes = Math.round(ms / 60_000);
  const span =
    minutes === 0
      ? ({ n: Math.round(ms / 1000), unit: 'second' } as const)
      : minutes < 120
        ? ({ n: minutes, unit: 'minute' } as const)
        : ({ n: Math.round(minutes / 60), unit: 'hour' } as const);
  return spanWords({ ...span, business: false }, language);
}

function numberOf(rung: Rung): string {
  return rung.kind === 'step' ? `${rung.step} ` : '';
}

/** What its people are to the ticket: "lead", "fallback". */
function roleWords(
  row: Pick<Row & { kind: 'planned' }, 'rung' | 'targets'> & { readonly laps?: number },
): string {
  const { rung, targets, laps } = row;
  if (rung.kind === 'owner') return m.ladder_role_owner();
  if (rung.kind === 'fallback') {
    const { time: n, withAdmins } = rung;
    const role = n === 1 ? m.ladder_role_fallback() : m.ladder_role_fallback_again({ n });
    return withAdmins ? `${role}, ${m.ladder_role_admins()}` : role;
  }
  const roles = targets.flatMap(({ kind }) => targetWords[kind]?.() ?? []);
  const lap =
    rung.lap > 1 && laps !== undefined ? [m.ladder_role_lap({ lap: rung.lap, laps })] : [];
  return [...new Set(roles), ...lap].join(', ');
}

const targetWords: { readonly [kind: string]: (() => string) | undefined } = {
  'on-call': () => m.ladder_role_on_call(),
  schedule: () => m.ladder_role_on_call(),
  lead: () => m.ladder_role_lead(),
  team: () => m.ladder_role_team(),
  'account-owner': () => m.ladder_role_account(),
  owner: () => m.ladder_role_owner(),
};
