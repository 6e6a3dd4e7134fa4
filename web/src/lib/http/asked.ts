/** The requests of who has no device, one line each: a client's pages, and a browser that keeps nothing. `as`: whose page asks (ask.ts). */

import { outcome, type CommandMessage } from '@rung/protocol/command.ts';
import { reference, ticketList, ticketView } from '@rung/protocol/ticket-view.ts';
import { ask } from './ask.ts';
import { by } from './by.ts';

const list = by(ticketList);

export const asked = {
  /** Those with a number below `before`; null = from the newest on. */
  tickets: (as: string, before: number | null) =>
    ask('GET', before === null ? '/api/tickets' : `/api/tickets?before=${before}`, list, { as }),
  ticket: (as: string, id: string) =>
    ask('GET', `/api/tickets/${encodeURIComponent(id)}`, by(ticketView), { as }),
  reference: (as: string) => ask('GET', '/api/reference', by(reference), { as }),
  command: (as: string, command: CommandMessage) =>
    ask('POST', '/api/commands', by(outcome), { body: { now: Date.now(), command }, as }),
};
