/**
 * How bad something is, by what it does to the client and how soon it gets worse (domain.md, section 1):
 *
 *              days   hours   now
 *     high      S3     S2     S1
 *     medium    S4     S3     S2
 *     low       S4     S4     S3
 */

import type { Severity } from '../directory/directory.ts';

/** The effect on the client's business, the least first. */
export const impacts = ['low', 'medium', 'high'] as const;
export type Impact = (typeof impacts)[number];

/** How soon it gets worse, the slowest first. */
export const urgencies = ['days', 'hours', 'now'] as const;
export type Urgency = (typeof urgencies)[number];

export type Rating = { readonly impact: Impact; readonly urgency: Urgency };

const matrix: { readonly [I in Impact]: { readonly [U in Urgency]: Severity } } = {
  high: { days: 'S3', hours: 'S2', now: 'S1' },
  medium: { days: 'S4', hours: 'S3', now: 'S2' },
  low: { days: 'S4', hours: 'S4', now: 'S3' },
};

export const severityOf = ({ impact, urgency }: Rating): Severity => matrix[impact][urgency];

/** A rating that comes to this severity: for what was said as a severity alone. */
export const ratings: { readonly [S in Severity]: Rating } = {
  S1: { impact: 'high', urgency: 'now' },
  S2: { impact: 'high', urgency: 'hours' },
  S3: { impact: 'medium', urgency: 'hours' },
  S4: { impact: 'low', urgency: 'days' },
};
