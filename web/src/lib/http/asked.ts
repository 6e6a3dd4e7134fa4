/** The requests of one of ours whose browser keeps nothing, one line each. `as`: whose page asks (ask.ts). */

import { outcome, type CommandMessage } from '@rung/protocol/command.ts';
import { ticketList, ticketView } from '@rung/protocol/ticket-view.ts';
import { ask } from './ask.ts';
import { by } from './by.ts';

const list = by(ticketList);

export const asked = {
  /** Those with a number below `before`; null = from the newest on. */
  tickets: (as: string, before: number | null) =>
    ask('GET', before === null ? '/api/tickets' : `/api/tickets?before=${before}`, list, { as }),
  ticket: (as: string, id: string) =>
    ask('GET', `/api/tickets/${encodeURIComponent(id)}`, by(ticketView), { as }),
  command: (as: string, command: CommandMessage) =>
    ask('POST', '/api/commands', by(outcome), { body: { now: Date.now(), command }, as }),
};
