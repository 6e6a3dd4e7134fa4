/** One HTTPS request to a push service, and what came of it. Follows no redirect, reads no more than it needs, and ends. */

import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';

/** What is kept of an answer's body, bytes: enough for a reason. */
const bodyBytes = 2048;

export type Answer = {
  readonly status: number;
  readonly body: string;
  /** The headers of these names as they came; null = it has none. */
  readonly retryAfter: string | null;
  readonly date: string | null;
};

/** No whole answer came: why, in a word. */
export type Silence = { readonly silence: string };

export type Post = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  readonly agent: Agent;
  readonly connectMs: number;
  readonly deadline: AbortSignal;
};

type Result = Answer | (Silence & { readonly isStale: boolean });

/** Resolves in any case. `isStale`: a kept connection was closed before an answer began, which says nothing of the service. */
export function postOnce({
  url,
  headers,
  body,
  agent,
  connectMs,
  deadline,
}: Post): Promise<Result> {
  const { promise, resolve } = Promise.withResolvers<Result>();
  let hasAnswer = false;
  const sent = request(url, { method: 'POST', agent, headers });
  const connecting = setTimeout(() => end('connecting took too long'), connectMs);
  const tooLong = () => end('no answer in time');
  deadline.addEventListener('abort', tooLong);

  function settle(result: Answer | string, isStale = false): void {
    clearTimeout(connecting);
    deadline.removeEventListener('abort', tooLong);
    resolve(typeof result === 'string' ? { silence: result, isStale } : result);
  }
  function end(why: string): void {
    settle(why);
    sent.destroy();
  }

  sent.on('socket', (socket) => {
    if (!socket.connecting) clearTimeout(connecting);
    else socket.once('secureConnect', () => clearTimeout(connecting));
  });
  sent.on('response', (answer) => {
    hasAnswer = true;
    read(answer, settle);
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    const isStale = sent.reusedSocket && !hasAnswer && !deadline.aborted;
    settle(error.code ?? 'connection failed', isStale);
  });
  // After an answer has begun, that says how it ended: what was read of it may still be waiting here.
  sent.on('close', () => {
    if (!hasAnswer) settle('connection closed');
  });
  if (deadline.aborted) tooLong();
  else sent.end(body);
  return promise;
}

function read(answer: IncomingMessage, done: (result: Answer | string) => void): void {
  const parts: Buffer[] = [];
  let length = 0;
  const whole = (): void => {
    done({
      status: answer.statusCode ?? 0,
      body: Buffer.concat(parts).subarray(0, bodyBytes).toString('utf8'),
      retryAfter: answer.headers['retry-after'] ?? null,
      date: answer.headers.date ?? null,
    });
  };
  answer.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length <= bodyBytes) return;
    whole();
    answer.destroy();
  });
  answer.on('end', () => (answer.complete ? whole() : done('half an answer')));
  answer.on('error', () => done('half an answer'));
  answer.on('close', () => done('half an answer'));
}
