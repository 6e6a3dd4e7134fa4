import { readFileSync } from 'node:fs';
import { accept, refuse } from '@rung/domain/base/result.ts';
import { describeChanges } from '@rung/domain/directory/describe.ts';
import { emptyDirectory, withChanges, type Directory } from '@rung/domain/directory/directory.ts';
import { documentOf } from '@rung/domain/directory/document-of.ts';
import { lintDirectory } from '@rung/domain/directory/lint.ts';
import { planDirectory } from '@rung/domain/directory/plan.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { describe, expect, test } from 'vitest';
import { directoryCommand, usage } from './directory-command.ts';
import type { Door } from './directory-access.ts';

const example = readFileSync(
  new URL('../../../docs/examples/directory.yaml', import.meta.url),
  'utf8',
);
const expiresAt = Date.UTC(2026, 10, 28, 19, 17);

/** A terminal beside a directory in memory. */
function terminal(files: Readonly<Record<string, string>> = {}) {
  let directory: Directory = emptyDirectory();
  const seen = { printed: [] as string[], complained: [] as string[], opened: 0, closed: 0 };
  const linkOf = (person: string) => ({
    person,
    name: directory.person.get(person)?.name ?? '',
    url: `https://rung.example/welcome#${person}`,
    expiresAt,
  });
  const door: Door = {
    apply: ({ document, prune, dryRun }) => {
      const parsed = parseDirectory(document);
      if (!parsed.ok) throw new Error('the form was not checked before');
      const changes = planDirectory(directory, parsed.value, { prune });
      const after = withChanges(directory, directory.version + 1, changes);
      const issues = lintDirectory(after);
      if (issues.length > 0) return Promise.resolve(refuse(issues));
      const lines = [...describeChanges(changes, directory)];
      const fresh = changes.filter(({ kind, before }) => kind === 'person' && before === null);
      if (!dryRun) directory = after;
      const links = dryRun ? [] : fresh.map(({ key }) => linkOf(key));
      return Promise.resolve(accept({ changes: lines, links, warnings: [], dryRun }));
    },
    export: () => Promise.resolve(documentOf(directory)),
    link: (person) => Promise.resolve(directory.person.has(person) ? linkOf(person) : null),
    close: () => {
      seen.closed += 1;
      return Promise.resolve();
    },
  };
  return {
    seen,
    directory: () => directory,
    /** Runs a command; answers whether it went well, and what it printed and complained about. */
    async run(...args: string[]) {
      seen.printed = [];
      seen.complained = [];
      const isWell = await directoryCommand(args, {
        openDoor: () => {
          seen.opened += 1;
          return Promise.resolve(door);
        },
        readFile: (name) => files[name] ?? '',
        print: (line) => seen.printed.push(line),
        complain: (line) => seen.complained.push(line),
      });
      return { isWell, printed: seen.printed, complained: seen.complained };
    },
  };
}

const broken = `organisation:
  name: Nordkalt
  zone: Europe/Berlin
  team: dask
  policies: { S1: urgnet, any: urgent }
people:
  mara: { name: Mara, email: mara@x.example, roles: [admin, staff] }
  ada: { name: Ada, email: MARA@x.example }
teams:
  desk:
    name: Desk
    members:
      - mara
      - emil
policies:
  urgent:
    name: Urgent
    fallback: mara
    response:
      - targets: schedule:week
        delay: 5m
`;

describe('directory apply', () => {
  test('the example of the documentation applies, and a second time changes nothing', async () => {
    const { run, directory, seen } = terminal({ 'd.yaml': example });
    const first = await run('apply', 'd.yaml');
    expect(first.complained).toEqual([]);
    expect(first.printed).toContain('+ team field (Field technicians)');
    expect(first.printed).toContain('  Ada Brandt (ada)  https://rung.example/welcome#ada');
    expect(first.printed.join('\n')).toContain('until 2026-11-28 19:17 UTC');
    expect(directory().asset.size).toBe(4);

    for (const more of [[], ['--prune']]) {
      const again = await run('apply', 'd.yaml', ...more);
      expect(again.printed.at(-1)).toBe('No changes: the directory says so already.');
    }
    expect(seen.closed).toBe(seen.opened);
  });

  test('a dry run shows the changes and makes none', async () => {
    const { run, directory } = terminal({ 'd.yaml': example });
    const { isWell, printed } = await run('apply', '--dry-run', 'd.yaml');
    expect(isWell).toBe(true);
    expect(printed[0]).toBe('+ organisation (Nordkalt Service)');
    expect(printed.at(-1)).toMatch(/^Nothing was written \(--dry-run\): \d+ changes to make\.$/);
    expect(directory()).toEqual(emptyDirectory());
  });

  test('pruning says what it does', async () => {
    const files = {
      'd.yaml': example,
      'less.yaml': example.replace(/ {2}loading-door:\n(.+\n){3}/, ''),
    };
    const { run } = terminal(files);
    await run('apply', 'd.yaml');
    expect((await run('apply', 'less.yaml')).printed).toEqual([
      'No changes: the directory says so already.',
    ]);
    expect((await run('apply', 'less.yaml', '--prune')).printed).toEqual([
      'What less.yaml does not mention goes: people are disabled, policies retired.',
      '- asset loading-door (Loading door)',
      '1 change made.',
    ]);
  });

  test('everything that is named and not there is reported at once, by line, and nothing is written', async () => {
    const { run, directory } = terminal({ 'd.yaml': broken });
    const { isWell, printed, complained } = await run('apply', 'd.yaml');
    expect(isWell).toBe(false);
    expect(printed).toEqual([]);
    expect(complained).toEqual([
      "d.yaml:4:3 organisation.team: there is no team 'dask'; did you mean 'desk'?",
      "d.yaml:5:15 organisation.policies.any.S1: there is no policy 'urgnet'; did you mean 'urgent'?",
      "d.yaml:7:23 people.mara.email: is also the address of 'ada'; every person needs an own one, disabled people too",
      "d.yaml:14:9 teams.desk.members.emil: there is no person 'emil'; correct the key, or add it to the document",
      "d.yaml:20:18 policies.urgent.response.0.targets.0: there is no schedule 'week'; correct the key, or add it to the document",
      'Nothing was written: 5 things to correct in d.yaml.',
    ]);
    expect(directory()).toEqual(emptyDirectory());
  });

  test('a wrong form is reported by line before anything is opened', async () => {
    const text = 'teams:\n  cold:\n    memebers: [ada]\n    lead: 7\n  Warm: { name: Warm }\n';
    const { run, seen } = terminal({ 'd.yaml': text });
    expect((await run('apply', 'd.yaml')).complained).toEqual([
      'd.yaml:2:3 teams.cold.name: has no "name:"; add it',
      "d.yaml:3:5 teams.cold.memebers: unknown key 'memebers'; did you mean 'members'?",
      'd.yaml:4:5 teams.cold.lead: is not a text; put it in quotes: "7"',
      'd.yaml:5:3 teams.Warm: is not a key; write lower-case letters, digits and inner hyphens, at most 63, like cold-store',
      'Nothing was written: 4 things to correct in d.yaml.',
    ]);
    expect(seen.opened).toBe(0);
  });

  test('broken YAML is reported by line', async () => {
    const { run } = terminal({ 'd.yaml': 'teams:\n  cold: {}\n  cold: {}\n' });
    expect((await run('apply', 'd.yaml')).complained).toEqual([
      "d.yaml:3:3 the key 'cold' is here a second time; keep one of them",
      'Nothing was written: 1 thing to correct in d.yaml.',
    ]);
  });

  test('no control character of a file reaches the terminal', async () => {
    const { run } = terminal({ 'd.yaml': 'teams:\n  "\\e[31m": {}\n' });
    expect((await run('apply', 'd.yaml')).complained.join('')).not.toMatch(/\p{Cc}/u);
  });
});

describe('directory export', () => {
  test('prints what apply accepts and changes nothing', async () => {
    const { run } = terminal({ 'd.yaml': example });
    await run('apply', 'd.yaml');
    const exported = (await run('export')).printed.join('\n');
    expect(exported).toContain('# The directory of this Rung.');

    const fresh = terminal({ 'd.yaml': example, 'e.yaml': exported });
    await fresh.run('apply', 'd.yaml');
    const { printed } = await fresh.run('apply', 'e.yaml', '--prune');
    expect(printed.at(-1)).toBe('No changes: the directory says so already.');
  });
});

describe('directory link', () => {
  test('prints a link for a person, and says when there is none', async () => {
    const { run } = terminal({ 'd.yaml': example });
    await run('apply', 'd.yaml');
    expect((await run('link', 'ada')).printed.at(-1)).toBe(
      '  Ada Brandt (ada)  https://rung.example/welcome#ada',
    );
    const wrong = await run('link', 'adda');
    expect(wrong.isWell).toBe(false);
    expect(wrong.complained).toHaveLength(1);
  });
});

test.each([
  [],
  ['apply'],
  ['apply', 'a.yaml', 'b.yaml'],
  ['apply', 'a.yaml', '--force'],
  ['export', '--prune'],
  ['link'],
  ['constructor'],
])('directory %s %s explains itself and does nothing', async (...args) => {
  const { run, seen } = terminal();
  const { isWell, complained } = await run(...args.filter((arg) => arg !== undefined));
  expect(isWell).toBe(false);
  expect(complained.join('\n').endsWith(usage)).toBe(true);
  expect(seen.opened).toBe(0);
});
