import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { replayCommand } from '../../server/src/programs/replay/command.ts';
import type { Summary } from '../../server/src/programs/replay/summary.ts';
import { type Dialect, freshPlace, type Place } from './dialects.ts';
import { diceOf } from './incident-log.ts';

// What tests may not import themselves (scripts/rooms.ts).
export { checkLog, type Findings } from '../../server/src/programs/replay/check.ts';
export { readIncidentLog } from '../../server/src/programs/replay/incident-log.ts';

export type Replay = {
  /** Whether the program would end with 0. */
  readonly ok: boolean;
  /** What `--json` printed; null = it did not get that far, or it was not asked for. */
  readonly summary: Summary | null;
  /** Lines of standard output, and of standard error. */
  readonly printed: readonly string[];
  readonly complained: readonly string[];
};

/** What must be 0 in every summary. */
export const sound = { doubleSteps: 0, missedSteps: 0, pagesAfterAck: 0, errors: 0 };

/** What logs are made up of, another one each time. To see a failure again: RUNG_SEED. */
export const seed = Number(process.env['RUNG_SEED'] ?? diceOf(Date.now())(0, 999_999));

/** `pnpm replay` with these arguments, in this process. What it throws is complained of, as the program does. */
export async function replay(...args: readonly string[]): Promise<Replay> {
  const printed: string[] = [];
  const complained: string[] = [];
  let ok = false;
  try {
    ok = await replayCommand(args, {
      print: (line) => void printed.push(line),
      complain: (line) => void complained.push(line),
      progress: () => undefined,
    });
  } catch (error) {
    complained.push(error instanceof Error ? error.message : String(error));
  }
  const last = printed.at(-1) ?? '';
  const summary = last.startsWith('{') ? (JSON.parse(last) as Summary) : null;
  return { ok, summary, printed, complained };
}

/**
 * Where the tests of a file replay: whatever is temporary goes into a folder of theirs, and a test after which the replay has
 * left something there fails. One that fails prints the seed.
 */
export function replayFolder() {
  let path = '';
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'rung-'));
    vi.stubEnv('TMPDIR', path);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(path, { recursive: true, force: true });
  });
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => void process.stderr.write(`the logs were made up of RUNG_SEED=${seed}\n`));
  });
  afterEach(async () => {
    expect((await readdir(path)).filter((name) => /^rung-(replay|bare)-/.test(name))).toEqual([]);
  });

  /** Writes a file, and answers where it is. */
  async function write(text: string, name = 'log.csv'): Promise<string> {
    const file = join(await mkdtemp(join(path, 'log-')), name);
    await writeFile(file, text);
    return file;
  }
  /** Replays the log into the database of this place. */
  async function replayIn(
    { databaseUrl }: Place,
    csv: string,
    ...more: readonly string[]
  ): Promise<Replay> {
    return replay(await write(csv), '--json', '--database', databaseUrl.href, ...more);
  }
  return {
    get path(): string {
      return path;
    },
    write,
    replayIn,
    /** Replays it into a new database, which is removed. @throws when it was not replayed */
    async replayOn(dialect: Dialect, csv: string, ...more: readonly string[]): Promise<Summary> {
      const place = await freshPlace(dialect);
      const { summary, complained } = await replayIn(place, csv, ...more);
      await place.remove();
      if (summary === null) throw new Error(complained.join('\n'));
      return summary;
    },
  };
}
