import type { Instant } from '@rung/domain/base/time.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import type { Command, Seen } from '@rung/domain/ticket/commands.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { silent } from './cast.ts';

/** What the people of the demo go by. */
export type World = {
  readonly directory: Directory;
  /** Those that are not closed, the oldest first. */
  readonly tickets: readonly Ticket[];
  /** How many were ever reported. */
  readonly reported: number;
  /** People who are visitors now: nothing is done in their names. */
  readonly visited: ReadonlySet<string>;
  /** Since when it goes on without a pause: nobody makes up for what he did not do in one. */
  readonly playedSince: Instant;
};

/** What somebody does. */
export type Act = {
  readonly person: string;
  readonly command: Command;
  /** So long ago, ms: he did it, and his device tells of it only now. */
  readonly agoMs: number;
  /** The page that he answers on his phone; null = he does it in the app. */
  readonly page: string | null;
};

/** Whether the script may act in his name. */
export function isPlayed(person: string | null, { directory, visited }: World): person is string {
  if (person === null || person === silent || visited.has(person)) return false;
  return enabledPerson(directory, person) !== null;
}

export function seenOf({ generation, severity }: Ticket): Seen {
  return { generation, severity };
}
