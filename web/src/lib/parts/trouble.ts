import { m } from '@rung/messages/compiled/messages.js';
import type { Trouble } from '#lib/state/tickets.svelte.ts';

/** Why the server did not do it, in a sentence that says what to do; for what no form says better itself. */
export function troubleWords(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'unreachable':
      return m.trouble_unreachable();
    case 'busy':
    case 'too-many':
      return m.trouble_busy({ wait: waitWords(trouble.retryAfterMs) });
    case 'not-signed-in':
      return m.trouble_not_signed_in();
    case 'forbidden':
      return m.trouble_forbidden();
    default:
      return m.trouble_broken();
  }
}

/** "in 30 seconds", "in 3 minutes"; without a time, "in a moment". */
export function waitWords(ms: number | null): string {
  if (ms === null) return m.wait_a_moment();
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90
    ? m.wait_seconds({ n: Math.max(1, seconds) })
    : m.wait_minutes({ n: Math.ceil(seconds / 60) });
}

const refusals: { readonly [code: string]: () => string } = {
  forbidden: () => m.trouble_forbidden(),
  'not-permitted': () => m.trouble_forbidden(),
  'already-reported': () => m.refusal_already_reported(),
  'file-used': () => m.refusal_file_used(),
  'unknown-site': () => m.refusal_unknown_site(),
  invalid: () => m.refusal_invalid(),
  'too-large': () => m.refusal_too_large(),
  'unknown-ticket': () => m.refusal_unknown_ticket(),
  'unknown-team': () => m.refusal_unknown_team(),
  'unknown-asset': () => m.refusal_asset(),
  'asset-elsewhere': () => m.refusal_asset(),
  'not-open': () => m.refusal_not_open(),
  'not-resolved': () => m.refusal_not_resolved(),
  'not-yours': () => m.refusal_not_yours(),
  'not-your-page': () => m.refusal_not_your_page(),
  'severity-changed': () => m.refusal_severity_changed(),
  moved: () => m.refusal_moved(),
  'reopen-window-over': () => m.refusal_window(),
  defect: () => m.refusal_defect(),
  quarantined: () => m.refusal_defect(),
};

/** Why a command was refused. */
export function refusalWords(code: string): string {
  return (Object.hasOwn(refusals, code) ? refusals[code]?.() : null) ?? m.refusal_other({ code });
}
