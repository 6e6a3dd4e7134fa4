import { language } from '#lib/state/language.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { Reader } from './when.ts';

/** In whose language and zone moments are shown. Follows both when called in a template. */
export function readerOf(session: Session): Reader {
  return { language: language.current, zone: session.person?.zone };
}
