/** The requests of a demo, one line each (protocol/demo.ts). */

import { demoPaged, demoPeople, demoPhones } from '@rung/protocol/demo.ts';
import { ask } from './ask.ts';
import { by } from './by.ts';
import { readSession } from './read.ts';

export const demo = {
  people: () => ask('GET', '/api/demo', by(demoPeople)),
  /** Signs in as one of them. */
  be: (person: string) => ask('POST', '/api/demo/be', readSession, { body: { person } }),
  /** Somebody reports what pages the visitor. `as`: whose page asks (ask.ts). */
  pageMe: (as: string) => ask('POST', '/api/demo/page-me', by(demoPaged), { as }),
  phones: () => ask('GET', '/api/demo/phones', by(demoPhones)),
};
