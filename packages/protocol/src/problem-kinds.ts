/** What can be wrong with a request, and the status that says it. Without schemas: every page loads it. */
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
