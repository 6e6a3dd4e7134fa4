/** The one door of the directory, for HTTP and for the command line: reads a document, checks it, plans, writes. */

import type { Result } from '@rung/domain/base/result.ts';
import { accept } from '@rung/domain/base/result.ts';
import type { Change } from '@rung/domain/directory/directory.ts';
import { type DirectoryDocument, documentOf } from '@rung/domain/directory/document-of.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import type { ApplyReply, ApplyRequest, SignInLink } from '@rung/protocol/directory.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { planDraft } from './apply/plan-draft.ts';
import type { Writer } from './apply/writer.ts';
import type { Auth } from './auth/auth.ts';
import { issueLinks, revokeWelcome, welcomeLasts } from './auth/links.ts';
import type { Clock } from './clock.ts';
import type { DirectoryCache } from './db/directory.ts';
import type { Database } from './db/open.ts';
import type { Log } from './log.ts';

export type DirectoryDoor = {
  /** `by`: person key, or `operator`. All or nothing. */
  apply(request: ApplyRequest, by: string): Promise<Result<ApplyReply, readonly Issue[]>>;
  export(): Promise<DirectoryDocument>;
  /** A new one-time link; older ones of that person stop working. null = nobody, or somebody disabled. */
  link(person: string): Promise<SignInLink | null>;
};

type Parts = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly writer: Writer;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: URL;
};

export function openDirectoryDoor(parts: Parts): DirectoryDoor {
  const { auth, clock, db, directory, log, writer, publicUrl } = parts;

  async function linksFor(people: readonly string[]): Promise<readonly SignInLink[]> {
    const now = clock.now();
    const known = (await directory.fresh()).person;
    const tokens = await issueLinks(
      db,
      people.map((person) => ({ purpose: 'welcome', person })),
      now,
    );
    return people.map((person, n) => ({
      person,
      name: known.get(person)?.name ?? person,
      url: new URL(`/welcome#${tokens[n]}`, publicUrl).href,
      expiresAt: now + welcomeLasts,
    }));
  }

  /** The change is committed. Where what follows it fails the answer says so: asking again would find nothing to do. */
  async function afterwards(changes: readonly Change[]) {
    const warnings: string[] = [];
    const warn = (warning: string, error: unknown): void => {
      log.error(warning, { error });
      warnings.push(warning);
    };
    const moved = peopleWhoseDoorMoved(changes);
    try {
      await auth.endSessions(moved);
      await revokeWelcome(db, moved);
    } catch (error) {
      warn(
        `the sessions of ${moved.join(', ')} were not ended; who is disabled is kept out`,
        error,
      );
    }
    try {
      return { links: [...(await linksFor(newPeople(changes)))], warnings };
    } catch (error) {
      warn('the sign-in links were not made: make each with "directory link PERSON"', error);
      return { links: [], warnings };
    }
  }

  return {
    async link(person) {
      const known = (await directory.fresh()).person.get(person);
      if (known === undefined || known.disabled) return null;
      await revokeWelcome(db, [person]);
      return (await linksFor([person]))[0] ?? null;
    },

    export: async () => documentOf(await directory.fresh()),

    async apply({ document, prune, dryRun }, by) {
      const parsed = parseDirectory(document);
      if (!parsed.ok) return parsed;
      const planned = await writer.editDirectory(by, (world) => {
        const plan = planDraft(world, parsed.value, prune);
        return { changes: plan.ok && !dryRun ? plan.value.changes : [], answer: plan };
      });
      if (!planned.ok) return planned;
      const { changes, lines } = planned.value;
      if (dryRun) return accept({ changes: [...lines], links: [], warnings: [], dryRun });

      return accept({ changes: [...lines], ...(await afterwards(changes)), dryRun });
    },
  };
}

/** Disabled or enabled again: either way no session or link from before may be good. */
function peopleWhoseDoorMoved(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ kind, key, before, after }) =>
    kind === 'person' && before !== null && after !== null && before.disabled !== after.disabled
      ? [key]
      : [],
  );
}

function newPeople(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ kind, key, before, after }) =>
    kind === 'person' && before === null && after !== null && !after.disabled ? [key] : [],
  );
}
