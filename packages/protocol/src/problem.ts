/** An error answer: RFC 9457, `application/problem+json`. Never repeats what was sent, but for the issues of a directory. */

import * as v from 'valibot';

export const problemKinds = [
  'invalid', // 400: a field is wrong; `field` names it
  'wrong-credentials', // 401
  'not-signed-in', // 401
  'forbidden', // 403
  'revoked', // 403: this device was removed; the dropbox still takes what waits on it
  'not-found', // 404: no such thing, or not yours to know
  'conflict', // 409
  'forked', // 409: the device's ids are taken; it needs a new device, and keeps its uids
  'gap', // 409: commands before these are not known here; `last` is the highest that is
  'link-used', // 410: a one-time link that was used or is too old
  'too-large', // 413
  'refused', // 422: the rules say no; `code` says which, `issues` where
  'upgrade', // 426: the app is older, or newer, than the server
  'too-many', // 429: Retry-After says when
  'broken', // 500: our fault
  'busy', // 503: Retry-After says when
] as const;
export type ProblemKind = (typeof problemKinds)[number];

export const problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  kind: v.picklist(problemKinds),
  /** Dotted path of the field that is wrong. */
  field: v.optional(v.string()),
  code: v.optional(v.string()),
  /** Of `gap`. */
  last: v.optional(v.number()),
  /** Of a refused directory: where (path in the document) and why. */
  issues: v.optional(
    v.array(v.object({ path: v.array(v.union([v.string(), v.number()])), message: v.string() })),
  ),
});
export type Problem = v.InferOutput<typeof problem>;
