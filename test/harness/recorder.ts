import type { ContactMethod, Outcome } from '@rung/domain/paging/notification.ts';
import type { Outgoing, Transports } from '../../server/src/dispatch/transport.ts';

export type Sent = {
  readonly person: string;
  readonly method: string;
  readonly says: string;
  readonly isLoud: boolean;
  /** The ticket's; of a message about no ticket, what it is about. */
  readonly title: string;
  readonly collapseKey: string;
  /** null = it is about none. */
  readonly ticket: string | null;
  readonly page: string | null;
  readonly generation: number;
  /** The notification's id. */
  readonly id: string;
  /** Until when somebody must answer, who has the ticket, and who reads it. */
  readonly answerBy: number | null;
  readonly owner: string | null;
  readonly reader: Outgoing['reader'];
  /** When it was to be sent: where time moves from deadline to deadline, when it was. */
  readonly at: number;
};

/** A transport for tests: it keeps what it was given, and answers as the story says, `displayed` where it says nothing. */
export type Recorder = {
  readonly transports: Transports;
  /** Oldest first. */
  readonly all: readonly Sent[];
  /** What was sent to this person since this was asked last, as `says`, in order. */
  fresh(person: string): readonly string[];
  /** How tries at this contact method end from now on. */
  answer(method: string, outcome: Outcome | (() => Outcome)): void;
};

/** The kind of contact method that it sends to. */
export const recorded = 'recorder';

/** The n-th contact method of a person. */
export function methodOf(person: string, n = 1): ContactMethod {
  return {
    id: `${person}-${n}`,
    person,
    kind: recorded,
    address: `test:${person}`,
    brokenAt: null,
    shownAt: null,
    missed: 0,
    check: null,
  };
}

export function recorder(): Recorder {
  const all: Sent[] = [];
  const seen = new Map<string, number>();
  const answers = new Map<string, Outcome | (() => Outcome)>();
  async function send(
    { notification, collapseKey, ticket, subject, reader }: Outgoing,
    method: ContactMethod,
  ): Promise<Outcome> {
    const { message } = notification;
    all.push({
      person: message.person,
      method: method.id,
      says: message.says,
      isLoud: message.isLoud,
      title: ticket?.title ?? subject ?? '',
      collapseKey,
      ticket: message.ticket,
      page: message.page,
      generation: message.generation,
      id: notification.id,
      answerBy: ticket?.answerBy ?? null,
      owner: ticket?.owner ?? null,
      reader,
      at: notification.nextAttemptAt ?? 0,
    });
    const answer = answers.get(method.id) ?? { kind: 'displayed' };
    return typeof answer === 'function' ? answer() : answer;
  }
  return {
    transports: new Map([[recorded, { send }]]),
    all,
    fresh(person) {
      const theirs = all.filter((one) => one.person === person).map(({ says }) => says);
      const fresh = theirs.slice(seen.get(person) ?? 0);
      seen.set(person, theirs.length);
      return fresh;
    },
    answer: (method, outcome) => void answers.set(method, outcome),
  };
}
