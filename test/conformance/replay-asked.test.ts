import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, watch } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { must } from '@rung/domain/base/must.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../server/src/lock.ts';
import { freshPlace } from '../harness/dialects.ts';
import { incidentLog } from '../harness/incident-log.ts';
import {
  readIncidentLog,
  type Replay,
  replay,
  replayFolder,
  seed,
  sound,
} from '../harness/replay.ts';
import { ask, storedRows } from '../harness/stored-rows.ts';

const whole = incidentLog(seed);
const small = incidentLog(seed, { each: 1 });
const timeout = 120_000;
const folder = replayFolder();
const { write, replayIn } = folder;

describe('what is asked of a replay', { timeout }, () => {
  test('is the first incidents only', async () => {
    const log = await readIncidentLog(await write(small.csv));
    const first = [...new Set(log.rows.map(({ number }) => number))].slice(0, 3);
    const place = await freshPlace('sqlite');
    const { summary } = await replayIn(place, small.csv, '--limit', '3');
    expect(summary).toMatchObject({ incidents: 3 });
    const rows = await ask(place.databaseUrl, 'select state from ticket');
    await place.remove();
    const titles = rows.map(({ state }) => (JSON.parse(String(state)) as Ticket).title);
    expect(new Set(titles.map((title) => title.split(',')[0]))).toEqual(new Set(first));
  });

  test('is a summary for people, and only where that is asked for one as JSON, the last line', async () => {
    const file = await write(small.csv);
    const forPeople = await replay(file, '--limit', '1');
    expect(forPeople).toMatchObject({ ok: true, summary: null });
    expect(forPeople.printed.join('\n')).toMatch(/^missed steps +0$/m);
    const { printed } = await replay(file, '--limit', '1', '--json');
    expect(printed).toHaveLength(forPeople.printed.length + 1);
    expect(JSON.parse(must(printed.at(-1), 'a line'))).toMatchObject({ incidents: 1, ...sound });
  });

  test('is how to ask', async () => {
    const { ok, printed } = await replay('--help');
    expect({ ok, text: printed.join() }).toMatchObject({
      ok: true,
      text: expect.stringContaining('pnpm replay LOG.csv') as string,
    });
  });

  test('is told where a mistyped year makes it a replay of years', async () => {
    // Of a seed whose first row is a good one. Others begin with a row that is left out.
    const [header, first] = incidentLog(77, { each: 1 }).csv.split('\n').slice(0, 2);
    // Closed, so that nobody waits for an answer all that time.
    const early = must(first, 'a row').replace(/^([^,]+),[^,]+/, '$1,Closed');
    const late = early.replaceAll(/\/20\d\d /g, '/2031 ');
    const { complained } = await replay(await write([header, early, late].join('\n')));
    expect(complained.join('\n')).toMatch(/\d{4} days lie between lines 2 and 3/);
  });

  test('is the ratio to bare writes', async () => {
    const { summary, printed } = await replay(
      await write(small.csv),
      ...['--limit', '2', '--bare', '--json'],
    );
    expect(summary?.bare?.ratio).toBeGreaterThan(0);
    expect(printed.join('\n')).toMatch(/^bare +.*ratio \d/m);
  });

  test('is not that ratio on Postgres, which says so before anything is written', async () => {
    const place = await freshPlace('postgres');
    const { ok, complained } = await replayIn(place, small.csv, '--limit', '1', '--bare');
    expect(ok).toBe(false);
    expect(complained.join('\n')).toMatch(/--bare .*SQLite/);
    expect(await storedRows(place.databaseUrl)).toEqual({});
    await place.remove();
  });

  describe('is what the program does', () => {
    const program = fileURLToPath(new URL('../../server/src/programs/replay.ts', import.meta.url));
    const run = (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, [program, ...args], { cwd: folder.path });

    test('which ends with 1 and a sentence where it cannot', async () => {
      const { stdout } = await run(await write(small.csv), '--limit', '1', '--json');
      const last = must(stdout.trimEnd().split('\n').at(-1), 'a line');
      expect(JSON.parse(last)).toMatchObject(sound);
      await expect(run('nowhere.csv')).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^nowhere\.csv cannot be read: [^\n]*\n$/) as string,
      });
    });

    test('which leaves nothing behind when it is stopped half-way', async () => {
      const log = await write(whole.csv);
      const begun = (async () => {
        for await (const { filename } of watch(folder.path)) {
          if (filename?.startsWith('rung-replay-') === true) return;
        }
      })();
      const running = run(log, '--bare');
      const ended = expect(running).rejects.toMatchObject({ code: 143, stdout: '' });
      await begun;
      running.child.kill('SIGTERM');
      await ended;
    });
  });
});

describe('a mistake is named in a sentence', { timeout }, () => {
  const mistakes: Readonly<Record<string, readonly [args: readonly string[], says: RegExp]>> = {
    'no log': [[], /^Name one log\.$/m],
    'two logs': [['LOG', 'LOG'], /^Name one log\.$/m],
    'a log that is not there': [['nowhere.csv'], /^nowhere\.csv cannot be read: /m],
    'a folder': [['.'], /^\. cannot be read: /m],
    'none of its incidents': [['LOG', '--limit', '0'], /^--limit must be a number from 1 on\.$/m],
    'restarts that never come': [
      ['LOG', '--restart-every', 'x'],
      /^--restart-every must be a number from 1 on\.$/m,
    ],
    'an option that there is not': [['LOG', '--fast'], /^Unknown option '--fast'\.$/m],
    'a policy that is not there': [['LOG', '--policy', 'no.yaml'], /^no\.yaml cannot be read: /m],
    'a database of a kind that Rung does not know': [
      ['LOG', '--database', 'mysql://127.0.0.1/rung'],
      /^--database must begin with postgres:\/\/ or file:/m,
    ],
    'a database that does not answer': [
      ['LOG', '--database', 'postgres://127.0.0.1:1/rung'],
      /127\.0\.0\.1:1/,
    ],
    'a log that is no database': [['LOG', '--database', 'file:LOG'], /not a database/],
  };
  test.each(Object.entries(mistakes))('%s', async (_, [args, says]) => {
    const log = await write(small.csv);
    await expectSentence(await replay(...args.map((arg) => arg.replace('LOG', log))), says);
    expect(await readFile(log, 'utf8')).toBe(small.csv);
  });

  test('a typo in the policy, with its line and column', async () => {
    const ours = new URL('../../server/src/programs/replay/policy.yaml', import.meta.url);
    const lines = (await readFile(ours, 'utf8')).split('\n');
    const n = lines.findIndex((line) => line.includes('delay: 15m'));
    const column = must(lines[n], 'the delay').indexOf('delay') + 1;
    const typo = lines.with(n, must(lines[n], 'the delay').replace('delay', 'dealy'));
    const file = await write(typo.join('\n'), 'policy.yaml');
    const done = await replay(await write(small.csv), '--policy', file);
    await expectSentence(
      done,
      new RegExp(`^${file}:${n + 1}:${column} .*did you mean 'delay'`, 'm'),
    );
  });

  test('a typo in what is said of every team and contract, with its line and column', async () => {
    const ours = new URL('../../server/src/programs/replay/policy.yaml', import.meta.url);
    const lines = (await readFile(ours, 'utf8')).split('\n');
    const n = lines.findIndex((line) => line.includes('resolution: 4h'));
    const typo = lines.with(n, must(lines[n], 'the target').replace('resolution', 'resolutoin'));
    const file = await write(typo.join('\n'), 'policy.yaml');
    const done = await replay(await write(small.csv), '--policy', file);
    await expectSentence(
      done,
      new RegExp(`^${file}:${n + 1}:\\d+ .*did you mean 'resolution'`, 'm'),
    );
  });

  test.each([
    ['team: {name: x, calendar: weekdays}', ':1:8 team.name: comes from the log; remove it'],
    ['contract: 7', ':1:1 contract: is not a block'],
    ['contracts: {}', ":1:1 contracts: unknown key 'contracts'; did you mean 'contract'?"],
    ['just words', ':1:1 is not a block'],
  ])('a policy that says %s', async (text, says) => {
    const policy = await write(text, 'policy.yaml');
    const { ok, complained } = await replay(await write(small.csv), '--policy', policy);
    expect(ok).toBe(false);
    expect(complained.join('\n')).toContain(says);
  });

  test('a log of which nothing can be read', async () => {
    const { csv } = small;
    const dirt = csv.replaceAll(/,\d+\/\d+\/2021 [0-9:]+,/g, ',yesterday,');
    await expectSentence(await replay(await write(dirt)), /has no row that can be replayed\.$/m);
    await expectSentence(await replay(await write('')), /has no row that can be replayed\.$/m);
  });

  test('a column that is not there, and the rest goes on', async () => {
    const file = await write(small.csv.replace(',category,', ',kind,'));
    const { ok, summary, complained } = await replay(file, '--limit', '1', '--json');
    expect(complained).toContain('the log has no column category; it reads as empty');
    expect(summary).toMatchObject({ ...sound, incidents: 1 });
    expect(ok).toBe(true);
  });

  test('a SQLite file that somebody works on', async () => {
    const place = await freshPlace('sqlite');
    const lock = takeLock(place);
    const done = await replayIn(place, small.csv);
    lock?.release();
    await expectSentence(done, /^Another Rung works on this database; .*\.$/m);
    expect(existsSync(fileURLToPath(place.databaseUrl))).toBe(false);
    await place.remove();
  });

  async function expectSentence({ ok, printed, complained }: Replay, says: RegExp): Promise<void> {
    const text = complained.join('\n');
    expect(text).toMatch(says);
    expect(text).not.toMatch(/^\s+at /m);
    expect({ ok, printed }).toEqual({ ok: false, printed: [] });
  }
});
