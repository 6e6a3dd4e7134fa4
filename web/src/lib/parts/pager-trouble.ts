import { m } from '@rung/messages/compiled/messages.js';
import type { PagesTrouble } from '#lib/state/pages-here.svelte.ts';

const refusals = new Map([
  ['no-push-service', () => m.pager_refused_service()],
  ['not-allowed', () => m.pager_refused_unknown()],
  ['apple-needs-subject', () => m.pager_refused_apple()],
]);

/** Why pages do not come to this device after all. */
export function pagesTroubleWords(trouble: PagesTrouble): string {
  switch (trouble.kind) {
    case 'later':
      return m.pager_later();
    case 'unkept':
      return m.pager_not_kept();
    case 'refused':
      return refusals.get(trouble.code)?.() ?? m.pager_refused_other({ code: trouble.code });
  }
}
