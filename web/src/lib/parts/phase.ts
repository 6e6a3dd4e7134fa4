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

/** The same for clients, who read four words (domain.md, section 3). */
export const phaseWordsForClients: { readonly [P in Phase]: () => string } = {
  open: () => m.phase_open_client(),
  acknowledged: () => m.phase_in_work_client(),
  'in-progress': () => m.phase_in_work_client(),
  resolved: () => m.phase_solved_client(),
  closed: () => m.phase_solved_client(),
};
