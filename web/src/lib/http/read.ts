/**
 * Answers that every page reads, checked by hand: a schema library would weigh as much as the rest of this room. A test
 * holds them to the schemas of protocol. null = it is not what was promised.
 */

import type { Problem } from '@rung/protocol/problem.ts';
import { problemKinds } from '@rung/protocol/problem-kinds.ts';
import type { SessionMessage } from '@rung/protocol/session.ts';

type Loose = { readonly [field: string]: unknown };

const isLoose = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

export function readSession(value: unknown): SessionMessage | null {
  if (!isLoose(value)) return null;
  const { person, isSetUp, organisation, isDemo = false } = value;
  if (typeof isSetUp !== 'boolean' || !isTextOrNull(organisation)) return null;
  if (typeof isDemo !== 'boolean') return null;
  const isKnown =
    person === null ||
    (isLoose(person) &&
      [person['key'], person['name'], person['language'], person['zone']].every(isText) &&
      Array.isArray(person['roles']) &&
      person['roles'].every(isText) &&
      isTextOrNull(person['client']));
  return isKnown ? ({ ...value, isDemo } as SessionMessage) : null;
}

export function readProblem(value: unknown): Problem | null {
  const isOurs = isLoose(value) && (problemKinds as readonly unknown[]).includes(value['kind']);
  return isOurs ? (value as unknown as Problem) : null;
}

/** Whom a one-time link is for. */
export function readWelcome(
  value: unknown,
): { readonly name: string; readonly email: string } | null {
  if (!isLoose(value)) return null;
  const { name, email } = value;
  return isText(name) && isText(email) ? { name, email } : null;
}

/** Nothing is promised but that it was done. */
export function readNothing(): undefined {}
