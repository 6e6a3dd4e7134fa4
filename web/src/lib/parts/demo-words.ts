import { m } from '@rung/messages/compiled/messages.js';
import type { DemoPart, DemoPerson } from '#lib/state/demo.svelte.ts';
import type { Trouble } from '#lib/state/tickets.svelte.ts';
import { troubleWords } from './trouble.ts';

/** What somebody is in the story. */
export const partWords: { readonly [Part in DemoPart]: () => string } = {
  technician: () => m.demo_part_technician(),
  responder: () => m.demo_part_responder(),
  dispatcher: () => m.demo_part_dispatcher(),
  lead: () => m.demo_part_lead(),
  manager: () => m.demo_part_manager(),
  client: () => m.demo_part_client(),
};

/** What one sees as this person. */
export function seesWords({ part, client }: DemoPerson): string {
  switch (part) {
    case 'technician':
      return m.demo_sees_technician();
    case 'responder':
      return m.demo_sees_responder();
    case 'dispatcher':
      return m.demo_sees_dispatcher();
    case 'lead':
      return m.demo_sees_lead();
    case 'manager':
      return m.demo_sees_manager();
    case 'client':
      return m.demo_sees_client({ client: client ?? '' });
  }
}

/** Why nobody could be made to page the visitor. */
export function pageMeTrouble(trouble: Trouble): string {
  return trouble.code === 'not-paged' ? m.demo_page_me_nobody() : troubleWords(trouble);
}
