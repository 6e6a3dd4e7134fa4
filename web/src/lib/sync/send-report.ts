import { unreachable } from '@rung/domain/base/must.ts';
import type { CommandMessage, OutcomeMessage } from '@rung/protocol/command.ts';
import type { SendAnswer } from '@rung/sync/draft.ts';
import type { Answer } from '../http/ask.ts';

/** What the server's answer to a command means for the draft it came from. */
export function meaningOf(answer: Answer<OutcomeMessage>): SendAnswer {
  if (answer.ok) {
    const { outcome, code } = answer.value;
    return outcome === 'rejected'
      ? { kind: 'rejected', code: code ?? 'refused' }
      : { kind: 'receipt' };
  }
  const { trouble } = answer;
  switch (trouble.kind) {
    case 'unreachable':
      return { kind: 'later', reachable: false, retryAfterMs: null };
    case 'too-many':
    case 'broken':
    case 'busy':
    // These are said to devices; should they come here, the words stay and the report is tried again.
    case 'revoked':
    case 'forked':
    case 'gap':
    case 'upgrade':
      return { kind: 'later', reachable: true, retryAfterMs: trouble.retryAfterMs };
    case 'not-signed-in':
    case 'wrong-credentials':
      return { kind: 'sign-in' };
    case 'refused':
      return { kind: 'rejected', code: trouble.code ?? 'refused' };
    case 'invalid':
    case 'forbidden':
    case 'not-found':
    case 'conflict':
    case 'link-used':
    case 'too-large':
      return { kind: 'rejected', code: trouble.kind };
    default:
      return unreachable(trouble);
  }
}

export type Post = (command: CommandMessage) => Promise<Answer<OutcomeMessage>>;
