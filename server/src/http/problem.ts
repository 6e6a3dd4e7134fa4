import type { Problem } from '@rung/protocol/problem.ts';
import type { ProblemKind } from '@rung/protocol/problem-kinds.ts';

const statusOf = {
  invalid: 400,
  'wrong-credentials': 401,
  'not-signed-in': 401,
  forbidden: 403,
  revoked: 403,
  'not-found': 404,
  conflict: 409,
  forked: 409,
  gap: 409,
  'link-used': 410,
  'too-large': 413,
  refused: 422,
  upgrade: 426,
  'too-many': 429,
  broken: 500,
  busy: 503,
} as const satisfies Record<ProblemKind, number>;

type About = Pick<Problem, 'field' | 'code' | 'issues' | 'last'> & { readonly retryAfter?: number };

/** Thrown by a handler to answer an error; the one place where kinds become statuses is `toResponse`. */
export class HttpProblem extends Error {
  readonly kind: ProblemKind;
  readonly about: About;

  /** `title` is a sentence for the person: what is wrong and what to do. It must not repeat what was sent. */
  constructor(kind: ProblemKind, title: string, about: About = {}) {
    super(title);
    this.kind = kind;
    this.about = about;
  }
}

/** RFC 9457. */
export function toResponse({ kind, message, about }: HttpProblem): Response {
  const { retryAfter, ...rest } = about;
  const body: Problem = {
    type: `/problems/${kind}`,
    title: message,
    status: statusOf[kind],
    kind,
    ...rest,
  };
  return Response.json(body, {
    status: body.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
  });
}

/** `wait`: seconds until another try is heard. */
export function tooMany(wait: number): HttpProblem {
  return new HttpProblem('too-many', 'Too many tries. Wait a little, then try again.', {
    retryAfter: wait,
  });
}

/** One answer for what is not there and what is not yours, so that ids cannot be tried out. */
export function notFound(): HttpProblem {
  return new HttpProblem('not-found', 'There is no such thing, or it is not yours to see.');
}
