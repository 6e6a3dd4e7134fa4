import type { Instant } from '@rung/domain/base/time.ts';
import type { AskedPerson, Answer } from '@rung/domain/escalation/what-fired.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { How } from './ladder-lines.ts';
import type { LadderWords } from './ladder-names.ts';

/** How far a page got, as the server says; its state may be one that only a newer server knows. */
export type Delivery = {
  readonly state: string;
  readonly receivedAt?: Instant | null;
  readonly seenAt?: Instant | null;
};

/** How one person of a rung was reached: cells of the gauge, and a sentence. */
export type Reach = {
  readonly person: string;
  readonly cells: number;
  readonly look: 'past' | 'acked' | 'no' | 'broken';
  readonly how: How;
};

export function reachOf(
  { person, isKept, isLoud, answer }: AskedPerson,
  delivery: Delivery | undefined,
  words: LadderWords,
  ackWords: (answer: Answer, words: LadderWords) => How,
): Reach {
  const cells = cellsOf(delivery);
  const signs = signWords(cells, delivery, words);
  const reached = { person, cells, look: 'past', how: { text: signs } } as const;
  switch (answer?.kind) {
    case 'acked':
      return answer.isWaiting
        ? { ...reached, how: ackWords(answer, words) }
        : { ...reached, cells: 4, look: 'acked', how: ackWords(answer, words) };
    case 'declined': {
      const time = words.second(answer.at);
      const how = answer.isWaiting
        ? { text: m.ladder_said_no({ time }), isHere: true }
        : { strong: m.ladder_declined(), text: time };
      return { ...reached, cells: Math.max(cells, 3), look: 'no', how };
    }
    case 'unreachable':
      return { ...reached, look: 'broken', how: { strong: m.ladder_unreachable(), text: '' } };
    case 'superseded': {
      const withdrawn = m.ladder_withdrawn({ time: words.second(answer.knownAt) });
      return { ...reached, how: { text: cells < 2 ? withdrawn : `${signs}. ${withdrawn}` } };
    }
    case 'replaced': {
      const text = cells < 2 ? m.ladder_no_answer() : `${signs}. ${m.ladder_no_answer()}`;
      return { ...reached, how: { text } };
    }
    case undefined: {
      if (isKept) return { ...reached, how: { text: `${signs}. ${m.ladder_kept()}` } };
      return isLoud ? reached : { ...reached, how: { text: `${signs}. ${m.ladder_quiet()}` } };
    }
  }
}

/** Sent, displayed, seen. What is over was sent, and of a state that nobody knows here nothing is claimed. */
function cellsOf(delivery: Delivery | undefined): 0 | 1 | 2 | 3 {
  if (delivery === undefined) return 0;
  const { state, receivedAt = null, seenAt = null } = delivery;
  if (seenAt !== null || state === 'seen') return 3;
  if (receivedAt !== null || state === 'received') return 2;
  return ['notifying', 'acked', 'declined', 'superseded'].includes(state) ? 1 : 0;
}

function signWords(cells: number, delivery: Delivery | undefined, words: LadderWords): string {
  const at = (cells === 3 ? delivery?.seenAt : delivery?.receivedAt) ?? null;
  const time = at === null ? null : words.second(at);
  switch (cells) {
    case 3:
      return time === null ? m.ladder_seen() : m.ladder_seen_at({ time });
    case 2:
      return time === null ? m.ladder_displayed() : m.ladder_displayed_at({ time });
    case 1:
      return m.ladder_sent();
    default:
      return m.ladder_sending();
  }
}
