/** The requests of the web, one line each. `as`: whose page asks (ask.ts). */

import { outcome, type CommandMessage } from '@rung/protocol/command.ts';
import { session, welcomePerson } from '@rung/protocol/session.ts';
import { reference, ticketList, ticketView } from '@rung/protocol/ticket-view.ts';
import * as v from 'valibot';
import { ask } from './ask.ts';

export const api = {
  session: () => ask('GET', '/api/session', session),
  signIn: (body: { email: string; password: string }) =>
    ask('POST', '/api/session', session, { body }),
  signOut: () => ask('DELETE', '/api/session', v.undefined()),
  setUp: (body: {
    token: string;
    organisation: string;
    name: string;
    email: string;
    password: string;
    zone: string;
    language: string;
  }) => ask('POST', '/api/setup', session, { body }),
  welcomePerson: (token: string) =>
    ask('POST', '/api/welcome/person', welcomePerson, { body: { token } }),
  welcome: (body: { token: string; password: string }) =>
    ask('POST', '/api/welcome', session, { body }),
  /** Those with a number below `before`; null = from the newest on. */
  tickets: (as: string, before: number | null) =>
    ask('GET', before === null ? '/api/tickets' : `/api/tickets?before=${before}`, ticketList, {
      as,
    }),
  ticket: (as: string, id: string) =>
    ask('GET', `/api/tickets/${encodeURIComponent(id)}`, ticketView, { as }),
  reference: (as: string) => ask('GET', '/api/reference', reference, { as }),
  command: (as: string, command: CommandMessage) =>
    ask('POST', '/api/commands', outcome, { body: { now: Date.now(), command }, as }),
};
