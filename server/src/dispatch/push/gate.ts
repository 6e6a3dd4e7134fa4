/** Whether a push service may be sent something now: not while it fails for everybody, nor while it hangs. */

import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { begun, type Breaker, closed, ended, openMs, waitOf } from './breaker.ts';
import { put, without } from './memory.ts';
import type { Answer, Silence } from './post-once.ts';
import { isStuck, nothing, silentMs, type Underway, withOneLess, withOneMore } from './underway.ts';

type To = { readonly host: string; readonly endpoint: string };

export type Gate = {
  /** How long nothing is to be sent there, and why; null = go on. */
  restOf(to: To): { readonly afterMs: number; readonly detail: string } | null;
  /** A send begins; what this returns ends it. */
  begin(to: To): () => void;
  /** What came back of one request of a send. */
  heard(to: To, answer: Answer | Silence): void;
};

/** A host that is short of breath is left alone too, once it says so to one subscription after the other. */
function isWell(answer: Answer | Silence): boolean {
  return !('silence' in answer) && answer.status < 500 && answer.status !== 429;
}

export function openGate({ clock, log }: { readonly clock: Clock; readonly log: Log }): Gate {
  let breakers: ReadonlyMap<string, Breaker> = new Map();
  /** Those of hosts with something open only. */
  const underway = new Map<string, Underway>();

  function keep(host: string, breaker: Breaker): void {
    breakers = breaker === closed ? without(breakers, host) : put(breakers, host, breaker);
  }

  return {
    restOf({ host, endpoint }) {
      const now = clock.now();
      const restMs = waitOf(breakers.get(host) ?? closed, endpoint, now);
      if (restMs > 0) return { afterMs: restMs, detail: `${host} does not answer` };
      return isStuck(underway.get(host) ?? nothing, now)
        ? { afterMs: silentMs, detail: `${host} answers too slowly` }
        : null;
    },

    begin({ host, endpoint }) {
      const now = clock.now();
      keep(host, begun(breakers.get(host) ?? closed, endpoint, now));
      underway.set(host, withOneMore(underway.get(host) ?? nothing, now));
      return () => {
        const left = withOneLess(underway.get(host) ?? nothing);
        if (left.count > 0) underway.set(host, left);
        else underway.delete(host);
      };
    },

    heard({ host, endpoint }, answer) {
      const now = clock.now();
      const open = underway.get(host);
      const hasAnswered = !('silence' in answer);
      if (open !== undefined && hasAnswered) underway.set(host, { ...open, silentSince: now });
      const before = breakers.get(host) ?? closed;
      const after = ended(before, endpoint, isWell(answer), now);
      keep(host, after);
      if (before.openUntil === null && after.openUntil !== null) {
        const reason = hasAnswered ? `answered ${answer.status}` : answer.silence;
        const about = { host, openMs, reason };
        log.warn('a push service does not answer; it is left alone for a while', about);
      }
      if (before.openUntil !== null && after.openUntil === null) {
        log.info('a push service answers again', { host });
      }
    },
  };
}
