/** The requests of a client's pages, one line each. `as`: whose page asks (ask.ts). */

import { outcome, type CommandMessage } from '@rung/protocol/command.ts';
import { portalList, portalWhole } from '@rung/protocol/portal.ts';
import { reference } from '@rung/protocol/ticket-view.ts';
import { ask } from './ask.ts';
import { by } from './by.ts';

const list = by(portalList);

export const portal = {
  /** Those with a number below `before`; null = from the newest on. */
  tickets: (as: string, before: number | null) =>
    ask('GET', before === null ? '/api/portal' : `/api/portal?before=${before}`, list, { as }),
  ticket: (as: string, id: string) =>
    ask('GET', `/api/portal/${encodeURIComponent(id)}`, by(portalWhole), { as }),
  sites: (as: string) => ask('GET', '/api/reference', by(reference), { as }),
  command: (as: string, command: CommandMessage) =>
    ask('POST', '/api/commands', by(outcome), { body: { now: Date.now(), command }, as }),
};
