/** What `pnpm replay` does, apart from the process around it: reads what it is given, replays, says what came of it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import type { Issue } from '@rung/domain/directory/issue.ts';
import type { Log } from '../../log.ts';
import { faultLines, issueLines, readDirectoryFile } from '../directory-file.ts';
import { type Bare, openBare } from './bare.ts';
import { companyOf } from './company.ts';
import { type Dirt, type IncidentLog, readIncidentLog, type Row } from './incident-log.ts';
import { openPlace } from './place.ts';
import { inFile, policyOf } from './policy.ts';
import { replay } from './replay.ts';
import { isSound, summaryLines, summaryOf } from './summary.ts';

export const usage = `An incident event log through Rung, in virtual time.

  pnpm replay LOG.csv[.gz]
      --database URL        an empty database: postgres://… or file:…; else a temporary SQLite file
      --policy FILE.yaml    how tickets escalate, instead of server/src/programs/replay/policy.yaml
      --limit N             only the first N incidents
      --restart-every N     close and reopen the server after every N rows
      --bare                beside it, the same writes in a bare loop, and the ratio (temporary SQLite file only)
      --json                the summary as one line of JSON, the last of standard output

See docs/replay.md`;

export type Outside = {
  /** Prints a line for whoever reads the result, */
  readonly print: (line: string) => void;
  /** and one for whoever has to correct something. */
  readonly complain: (line: string) => void;
  /** Called as the replay goes on, with how many of all rows are done. */
  readonly progress: (done: number, all: number) => void;
};

const ourPolicy = fileURLToPath(new URL('policy.yaml', import.meta.url));

/** Runs it; answers whether the log was replayed and nothing was found wrong. What goes wrong unexpectedly is thrown. */
export async function replayCommand(args: readonly string[], outside: Outside): Promise<boolean> {
  const { print, complain } = outside;
  const asked = askedOf(args);
  if (asked === 'help') {
    print(usage);
    return true;
  }
  if (typeof asked === 'string') {
    complain(`${asked}\n\n${usage}`);
    return false;
  }
  const read = await readIncidentLog(asked.file);
  const rows = firstIncidents(read.rows, asked.limit);
  for (const line of [...dirtLines(read), ...gapLines(rows)]) complain(line);
  if (rows.length === 0) {
    complain(`${asked.file} has no row that can be replayed.`);
    return false;
  }
  const file = readDirectoryFile(textOf(asked.policy));
  if (!file.ok) {
    for (const line of faultLines(asked.policy, file.faults)) complain(line);
    return false;
  }
  const complainOf = (issues: readonly Issue[]): false => {
    for (const line of issueLines(asked.policy, inFile(issues), file.placeOf)) complain(line);
    return false;
  };
  const { policy, issues } = policyOf(file.document);
  if (issues.length > 0) return complainOf(issues);

  let errors = 0;
  const log: Log = {
    info: () => undefined,
    warn: (message, about) => complain(`${message} ${inspect(about)}`),
    error(message, about) {
      errors += 1;
      complain(`${message} ${inspect(about)}`);
    },
  };
  const place = await openPlace(asked.database);
  let bare: Bare | null = null;
  try {
    if (asked.bare && place.folder !== null) bare = await openBare(place.folder);
    const company = companyOf(rows, policy);
    const { databaseUrl } = place;
    const { restartEvery } = asked;
    const onRow = (done: number): void => outside.progress(done, rows.length);
    const dirty = Object.fromEntries([...read.dirt].map(([kind, lines]) => [kind, lines.length]));
    const replayed = await replay(
      { rows, company, databaseUrl, log, restartEvery, bare, onRow },
      (did, server) => summaryOf({ ...did, errors }, dirty, server),
    );
    if (!replayed.ok) {
      complain('The company that the log and the policy make cannot be used:');
      return complainOf(replayed.refusal);
    }
    const summary = replayed.value;
    if (Object.keys(summary.rejected).length > 0) {
      complain('Some commands were refused; see "rejected".');
    }
    for (const line of summaryLines(summary)) print(line);
    if (asked.json) print(JSON.stringify(summary));
    return isSound(summary);
  } finally {
    try {
      await bare?.close();
    } finally {
      place.leave();
    }
  }
}

const aCount = /^[1-9]\d{0,8}$/;

/** What was asked for; text = what is wrong with it. */
function askedOf(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        database: { type: 'string' },
        policy: { type: 'string', default: ourPolicy },
        limit: { type: 'string' },
        'restart-every': { type: 'string' },
        bare: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
      allowPositionals: true,
    });
    if (values.help) return 'help';
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return 'Name one log.';
    const { limit = null, 'restart-every': restartEvery = null, database = null } = values;
    for (const [name, value] of Object.entries({ limit, 'restart-every': restartEvery })) {
      if (value !== null && !aCount.test(value)) return `--${name} must be a number from 1 on.`;
    }
    if (values.bare && (database !== null || restartEvery !== null)) {
      return '--bare measures on a temporary SQLite file: without --database and --restart-every.';
    }
    return {
      ...values,
      file,
      database,
      limit: limit === null ? null : Number(limit),
      restartEvery: restartEvery === null ? null : Number(restartEvery),
    };
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\. .*/s, '.');
  }
}

/** The rows of the first incidents that there are; null = of all. */
function firstIncidents(rows: readonly Row[], most: number | null): readonly Row[] {
  if (most === null) return rows;
  const numbers = new Set([...new Set(rows.map(({ number }) => number))].slice(0, most));
  return rows.filter(({ number }) => numbers.has(number));
}

const mostLines = 20;

function dirtLines({ dirt, missing }: IncidentLog): readonly string[] {
  const without =
    missing.length === 0 ? [] : [`the log has no column ${missing.join(', ')}; it reads as empty`];
  const leftOut = [...dirt].map(([kind, lines]) => {
    const named = lines.slice(0, mostLines).join(', ');
    const more = lines.length > mostLines ? ` and ${lines.length - mostLines} more` : '';
    const which = lines.length === 1 ? 'line' : 'lines';
    return `left out, ${kind}: ${which} ${named}${more}${hints[kind] ?? ''}`;
  });
  return [...without, ...leftOut];
}

const hints: Partial<Record<Dirt, string>> = {
  unreadable: ' and everything behind it: a quote is never closed',
  'unreadable-date': '; dates are day first, like 29/2/2016 01:16',
};

const day = 86_400_000;

/** A mistyped year makes a replay of years: whoever waits for an answer is paged all that time. */
function gapLines(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row, n) => {
    const before = rows[n - 1];
    const days = before === undefined ? 0 : Math.floor((row.at - before.at) / day);
    return before === undefined || days < 365
      ? []
      : [`${days} days lie between lines ${before.line} and ${row.line}: this can take long`];
  });
}

function textOf(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (cause) {
    throw new Error(`${name} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
