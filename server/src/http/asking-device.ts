import type { Context } from 'hono';
import { notFound } from './problem.ts';
import type { Env } from './parts.ts';

/** The device that shows its own secret, and whose it is. The table lets nobody else in (access.ts). */
export function askingDevice({ var: { actor } }: Context<Env>): {
  readonly device: string;
  readonly person: string;
} {
  if (actor.kind !== 'device') throw notFound();
  return { device: actor.device, person: actor.person };
}
