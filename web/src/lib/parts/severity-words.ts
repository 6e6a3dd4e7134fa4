import type { Severity } from '@rung/domain/directory/directory.ts';
import { m } from '@rung/messages/compiled/messages.js';

/** What each severity means, in a few words. */
export const severityWords: { readonly [S in Severity]: () => string } = {
  S1: () => m.severity_s1(),
  S2: () => m.severity_s2(),
  S3: () => m.severity_s3(),
  S4: () => m.severity_s4(),
};
