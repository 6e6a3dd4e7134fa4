import type { Phase } from '@rung/domain/ticket/ticket.ts';
import { m } from '@rung/messages/compiled/messages.js';

/** A ticket's state in words, for colleagues. */
export const phaseWords: { readonly [P in Phase]: () => string } = {
  open: () => m.phase_open(),
  acknowledged: () => m.phase_acknowledged(),
  'in-progress': () => m.phase_in_progress(),
  resolved: () => m.phase_resolved(),
  closed: () => m.phase_closed(),
};
