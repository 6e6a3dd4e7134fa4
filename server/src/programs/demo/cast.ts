/** Who is who in company.yaml. */

import type { DemoPart } from '@rung/protocol/demo.ts';

/** Whom a visitor can be, in the order in which they are offered. */
export const cast: readonly { readonly key: string; readonly part: DemoPart }[] = [
  { key: 'mara', part: 'technician' },
  { key: 'tomasz', part: 'responder' },
  { key: 'dora', part: 'dispatcher' },
  { key: 'lena', part: 'lead' },
  { key: 'carla', part: 'manager' },
  { key: 'beatrice', part: 'client' },
  { key: 'finn', part: 'client' },
];

/** He is the first who is paged for the doors, and never answers: that one sees the ladder move. */
export const silent = 'gero';
