import type { Instant } from '../base/time.ts';
import { emptyDirectory, withChanges, type Directory, type DirectoryEvent } from './directory.ts';

/**
 * The directory as it was in force at a moment: a fold of the log, for "who was on call", "was he permitted" and replays.
 * `events` in the order of the log. An event is in force from its own instant on.
 */
export function directoryAt(events: readonly DirectoryEvent[], instant: Instant): Directory {
  const inForce = events.filter((event) => event.at <= instant);
  return withChanges(
    emptyDirectory(),
    inForce.at(-1)?.version ?? 0,
    inForce.map((event) => event.change),
  );
}
