/** The demo company (docs/demo.md). Elsewhere none of these doors is there. */

import * as v from 'valibot';
import { instant, key, ulid } from './text.ts';

/** What somebody is in the story that the demo tells. */
export const demoParts = [
  'technician',
  'responder',
  'dispatcher',
  'lead',
  'manager',
  'client',
] as const;
export type DemoPart = (typeof demoParts)[number];

/** GET /api/demo: whom a visitor can be, in the order in which they are offered. */
export const demoPeople = v.object({
  people: v.array(
    v.object({
      key,
      name: v.string(),
      part: v.picklist(demoParts),
      /** His company; null = he is one of ours. */
      client: v.nullable(v.string()),
    }),
  ),
});
export type DemoPeople = v.InferOutput<typeof demoPeople>;

/** POST /api/demo/be: signs the visitor in as this person; answers as signing in does. */
export const demoBe = v.strictObject({ person: key });

/** POST /api/demo/page-me: somebody reports what pages the visitor. */
export const demoPaged = v.object({ ticket: ulid, number: v.nullable(v.number()) });
export type DemoPaged = v.InferOutput<typeof demoPaged>;

/** GET /api/demo/phones: the simulated phones, and what each shows. */
export const demoPhones = v.object({
  phones: v.array(
    v.object({
      person: key,
      name: v.string(),
      part: v.picklist(demoParts),
      /** Team names he is paged for. */
      teams: v.array(v.string()),
      /** He never answers: that the ladder moves. */
      isSilent: v.boolean(),
      /** A visitor is this person now: his phone is the visitor's. */
      isVisited: v.boolean(),
      /** Newest first, at most five. */
      shown: v.array(
        v.object({
          ticket: v.nullable(ulid),
          title: v.string(),
          body: v.string(),
          at: instant,
          isLoud: v.boolean(),
          /** When he tapped Acknowledge there; null = he did not. */
          answeredAt: v.nullable(instant),
        }),
      ),
    }),
  ),
  now: instant,
});
export type DemoPhones = v.InferOutput<typeof demoPhones>;
