/** How the command line reaches the directory: through the server that has it open, else through the database itself. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import {
  applyReply,
  signInLink,
  type ApplyReply,
  type ApplyRequest,
  type SignInLink,
} from '@rung/protocol/directory.ts';
import { problem } from '@rung/protocol/problem.ts';
import * as v from 'valibot';
import { systemClock } from '../clock.ts';
import type { Config, ParsedConfig } from '../config.ts';
import { demoMark } from '../db/demo.ts';
import { demoStays } from '../demo-decision.ts';
import { openParts } from '../parts.ts';
import { readServerNote, takeLock, type ServerNote } from '../lock.ts';
import type { Log } from '../log.ts';
import { secretIn } from '../secret.ts';

/** What `pnpm directory` asks for. A failure (nobody answers, no right) throws with a sentence for the operator. */
export type Door = {
  apply(request: ApplyRequest): Promise<Result<ApplyReply, readonly Issue[]>>;
  export(): Promise<DirectoryDocument>;
  /** null = there is no such person, or a disabled one. */
  link(person: string): Promise<SignInLink | null>;
  close(): Promise<void>;
};

/** What to do where no Rung has been yet: make one, act as if on an empty one that is thrown away, or say so. */
export type OnNothing = 'make' | 'pretend' | 'refuse';

/**
 * The door for a command: where nothing was ever kept, `onNothing` says what happens, and only 'make' leaves anything on
 * the disk.
 */
export async function openDoorOf(
  config: ParsedConfig,
  log: Log,
  onNothing: OnNothing,
): Promise<Door> {
  const { databaseUrl, data } = config;
  const isThere = databaseUrl.protocol !== 'file:' || existsSync(fileURLToPath(databaseUrl));
  if (isThere || onNothing === 'make') return openDoor(withSecret(config), log);
  if (onNothing === 'refuse') {
    throw new Error(
      `There is no Rung in ${data} yet. Is RUNG_DATA the folder of your server? "apply" makes a new one.`,
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), 'rung-dry-run-'));
  const place = { data: scratch, databaseUrl: pathToFileURL(join(scratch, 'rung.db')) };
  const door = await openDoor(withSecret({ ...config, ...place }), log);
  return {
    ...door,
    async close() {
      await door.close();
      rmSync(scratch, { recursive: true });
    },
  };
}

function withSecret(config: ParsedConfig): Config {
  return { ...config, secret: config.secret ?? secretIn(config.data) };
}

/**
 * The door that is free: on SQLite the data folder's lock, else the server that holds it; on Postgres always the
 * database, whose own locks keep writers apart.
 */
export async function openDoor(config: Config, log: Log): Promise<Door> {
  const lock = takeLock(config);
  if (lock !== null) {
    return throughDatabase(config, log, () => lock.release()).catch((error: unknown) => {
      lock.release();
      throw error;
    });
  }
  const note = readServerNote(config.data);
  if (note === null) {
    throw new Error(
      `Something works on ${config.data} and is not ready yet: a server that starts, or another "directory". Try again.`,
    );
  }
  return throughServer(note, fetch);
}

async function throughDatabase(config: Config, log: Log, released: () => void): Promise<Door> {
  const parts = await openParts({ config, clock: systemClock, log }, { isGuest: true });
  const { db, door } = parts;
  const isDemo = (await db.look(demoMark(db))).length > 0;
  return {
    async apply(request) {
      if (isDemo) throw new Error(demoStays);
      return door.apply(request, 'operator');
    },
    export: door.export,
    link: door.link,
    async close() {
      await parts.close();
      released();
    },
  };
}

/** Speaks to a running server as its operator, with the token that its note holds. */
export function throughServer(note: ServerNote, fetch: typeof globalThis.fetch): Door {
  async function ask(path: string, body?: unknown): Promise<Response> {
    const request: RequestInit =
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const url = new URL(path, note.url);
    const headers = {
      Authorization: `Bearer ${note.token}`,
      'Content-Type': 'application/json',
    };
    try {
      return await fetch(url, { ...request, headers });
    } catch (cause) {
      throw new Error(
        `The server (process ${note.pid}) does not answer at ${note.url}. Wait for it to start or stop, then try again.`,
        { cause },
      );
    }
  }

  return {
    async apply(request) {
      const response = await ask('/api/directory', request);
      if (response.ok) return accept(v.parse(applyReply, await response.json()));
      const answer = await problemOf(response);
      if (answer?.issues) return refuse(answer.issues);
      throw unexpected(response, answer?.title);
    },
    async export() {
      const response = await ask('/api/directory');
      if (!response.ok) throw unexpected(response, (await problemOf(response))?.title);
      return (await response.json()) as DirectoryDocument;
    },
    async link(person) {
      const response = await ask('/api/directory/links', { person });
      if (response.status === 404) return null;
      if (!response.ok) throw unexpected(response, (await problemOf(response))?.title);
      return v.parse(signInLink, await response.json());
    },
    close: () => Promise.resolve(),
  };
}

/** null = the answer is no problem document, so not of a Rung. */
async function problemOf(response: Response): Promise<v.InferOutput<typeof problem> | null> {
  const body: unknown = await response.json().catch(() => null);
  return v.is(problem, body) ? body : null;
}

function unexpected(response: Response, title = 'no reason given'): Error {
  return new Error(`The server answered ${response.status}: ${title}`);
}
