/** An error answer: RFC 9457, `application/problem+json`. Never repeats what was sent, but for the issues of a directory. */

import * as v from 'valibot';
import { problemKinds } from './problem-kinds.ts';

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
