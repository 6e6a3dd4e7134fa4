import type { Trouble } from '#lib/http/ask.ts';

/** What may be over in a moment. */
export const temporary: readonly Trouble['kind'][] = ['unreachable', 'busy', 'broken', 'too-many'];

/** Somebody looks at the screen: half a minute is long. */
export const longestReadWaitMs = 30_000;
