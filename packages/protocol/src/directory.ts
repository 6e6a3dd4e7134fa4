/**
 * The directory on the wire: an administrator sends the document, and reads it back.
 * The document itself: `directory/parse.ts` reads it, the domain's `documentOf` writes it.
 */

import * as v from 'valibot';
import { instant, key } from './text.ts';

/** Largest body of `POST /api/directory`, bytes: 20,000 assets and 5,000 people with room to spare. */
export const directoryLimit = 16 * 1024 * 1024;

/** POST /api/directory. What is wrong with the document is answered as 422 with issues, not as an invalid field. */
export const applyRequest = v.strictObject({
  document: v.unknown(),
  /** The document is the whole truth: what it does not name is removed (people disabled, policies retired). */
  prune: v.boolean(),
  /** Say what would change, and change nothing. */
  dryRun: v.boolean(),
});
export type ApplyRequest = v.InferOutput<typeof applyRequest>;

/** A one-time way in for a person: choose a password and be signed in. */
export const signInLink = v.object({
  person: key,
  name: v.string(),
  url: v.string(),
  expiresAt: instant,
});
export type SignInLink = v.InferOutput<typeof signInLink>;

/** Answer of POST /api/directory. */
export const applyReply = v.object({
  /** Lines of `describeChanges`, in their order; empty = the directory already said so. */
  changes: v.array(v.string()),
  /** For each person who is new; none on a dry run. */
  links: v.array(signInLink),
  /** What was to follow the change and did not, each a sentence; the change itself is written. */
  warnings: v.array(v.string()),
  dryRun: v.boolean(),
});
export type ApplyReply = v.InferOutput<typeof applyReply>;

/** POST /api/directory/links: a new link for a person, answered as `signInLink`; 404 for nobody, or somebody disabled. */
export const linkRequest = v.strictObject({ person: key });
