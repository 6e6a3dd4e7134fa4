/** What an answer of a push service means (trust.md, section 1, the table), and what has to be remembered for it. Pure. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Outcome } from '@rung/domain/paging/notification.ts';
import { type Memory, put, type Refused, without } from './memory.ts';
import type { Answer, Silence } from './post-once.ts';
import { reasonIn } from './reason.ts';
import { pauseOf } from './retry-after.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A subscription that was told so often in a row that we send nonsense is given up; so often by one host, admins are told. */
const badToGiveUp = 3;
const badToTell = 2;
const badWithinMs = 10 * minute;
/** A host that took our key so recently means the one subscription when it refuses it; so does one that still refuses no other. */
const provenForMs = day;
const refusedAloneMs = 10 * minute;
const refusedPauseMs = 30_000;

/** What was sent where, and what came back. */
export type Reply = {
  readonly host: string;
  /** Tells subscriptions apart; no part of it is in what comes out. */
  readonly endpoint: string;
  /** What was tried in this send already. */
  readonly hasNewToken: boolean;
  readonly isMinimal: boolean;
  readonly now: Instant;
  readonly answer: Answer | Silence;
};

export type Verdict = {
  /** Or what to try at once. */
  readonly outcome: Outcome | 'new-token' | 'minimal';
  /** Why an administrator must look; null = he need not. */
  readonly alarm: string | null;
  /** What is worth a line in the log; null = nothing is. */
  readonly warning: string | null;
  readonly memory: Memory;
};

/** What became of it, and what is remembered afterwards. */
export function judge(reply: Reply, before: Memory): Verdict {
  const { host, endpoint, answer, now } = reply;
  const memory = isFailure(answer) ? failed(before, reply) : notFailing(before, reply);
  const plain = (outcome: Verdict['outcome'], after = memory): Verdict => {
    return { outcome, alarm: null, warning: null, memory: after };
  };
  if ('silence' in answer) return plain({ kind: 'again', detail: `${host}: ${answer.silence}` });

  const { status, body, retryAfter, date } = answer;
  const reason = reasonIn(body, endpoint);
  const detail = `${host} answered ${status}${reason === '' ? '' : `: ${reason}`}`;
  if (status >= 200 && status < 300) {
    return plain({ kind: 'accepted' }, accepted(memory, reply));
  }
  if (isFailure(answer)) return plain({ kind: 'again', detail });
  switch (status) {
    case 400:
      return bad(reply, memory, detail);
    case 401:
    case 403:
      return reply.hasNewToken ? unwanted(reply, memory, detail) : plain('new-token');
    case 404:
    case 410:
      return plain({ kind: 'gone', detail });
    case 413:
      return plain(reply.isMinimal ? { kind: 'refused', detail } : 'minimal');
    case 429: {
      const afterMs = pauseOf(retryAfter, date, now);
      const busyUntil = put(memory.busyUntil, endpoint, now + afterMs);
      return plain({ kind: 'later', detail, afterMs, wasSent: true }, { ...memory, busyUntil });
    }
    default:
      return plain({ kind: 'refused', detail });
  }
}

/** Its service does not answer, or not as one that works: that may be otherwise in a moment. */
function isFailure(answer: Reply['answer']): boolean {
  return 'silence' in answer || answer.status >= 500 || answer.status === 408;
}

function failed(memory: Memory, { endpoint, now }: Reply): Memory {
  const inARow = (memory.failing.get(endpoint)?.inARow ?? 0) + 1;
  return { ...memory, failing: put(memory.failing, endpoint, { inARow, at: now }) };
}

function notFailing(memory: Memory, { endpoint }: Reply): Memory {
  return { ...memory, failing: without(memory.failing, endpoint) };
}

function accepted(memory: Memory, { host, endpoint, now }: Reply): Memory {
  return {
    ...memory,
    provenAt: put(memory.provenAt, host, now),
    refused: without(memory.refused, host),
    badInARow: without(memory.badInARow, endpoint),
    busyUntil: without(memory.busyUntil, endpoint),
  };
}

function bad({ host, endpoint, now }: Reply, memory: Memory, detail: string): Verdict {
  const inARow = (memory.badInARow.get(endpoint) ?? 0) + 1;
  const since = (memory.badAt.get(host) ?? []).filter((at) => at > now - badWithinMs);
  // Older ones than it takes tell nothing more.
  const badAt = [...since, now].slice(-badToTell);
  const isOver = inARow >= badToGiveUp;
  return {
    outcome: { kind: isOver ? 'gone' : 'refused', detail },
    alarm: badAt.length >= badToTell ? detail : null,
    warning: null,
    memory: {
      ...memory,
      badAt: put(memory.badAt, host, badAt),
      badInARow: isOver
        ? without(memory.badInARow, endpoint)
        : put(memory.badInARow, endpoint, inARow),
    },
  };
}

/**
 * It does not take our key. As soon as a second subscription is refused and none was taken in between, it is the host, or we:
 * then nothing is given up, and somebody must look. One alone was made for another key and is over: at once where its host
 * took others lately, else when no other was refused for a while.
 */
function unwanted({ host, endpoint, now }: Reply, memory: Memory, detail: string): Verdict {
  const before = memory.refused.get(host);
  const isMany = before !== undefined && (before.isMany || before.endpoint !== endpoint);
  const first = before ?? { endpoint, since: now, isMany };
  const refused: Refused = { ...first, isMany };
  const after = { ...memory, refused: put(memory.refused, host, refused) };
  const later = { kind: 'later', detail, afterMs: refusedPauseMs, wasSent: true } as const;
  if (isMany) return { outcome: later, alarm: detail, warning: null, memory: after };

  const isProven = (memory.provenAt.get(host) ?? -Infinity) > now - provenForMs;
  const isOver = isProven || now - refused.since >= refusedAloneMs;
  return {
    outcome: isOver ? { kind: 'gone', detail } : later,
    alarm: null,
    warning: before === undefined && !isOver ? detail : null,
    memory: after,
  };
}
