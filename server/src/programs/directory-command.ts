/** What `pnpm directory` does, apart from the process around it. */

import { parseArgs } from 'node:util';
import type { SignInLink } from '@rung/protocol/directory.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import type { Door, OnNothing } from './directory-access.ts';
import { faultLines, issueLines, readDirectoryFile, writeDirectoryFile } from './directory-file.ts';

export const usage = `The directory: who works here, for whom, and who is paged when.

  pnpm directory apply FILE.yaml    change the directory to what the file says
      --dry-run                     only show what would change
      --prune                       what the file does not mention goes: people are disabled,
                                    policies retired, everything else removed
  pnpm --silent directory export    print the directory as such a file
  pnpm directory link PERSON        a new one-time sign-in link for a person

A running server is asked; without one the database is opened. See docs/directory.md`;

export type Outside = {
  readonly openDoor: (onNothing: OnNothing) => Promise<Door>;
  /** Throws when there is no such file. */
  readonly readFile: (name: string) => string;
  /** Prints a line for whoever reads the result, */
  readonly print: (line: string) => void;
  /** and one for whoever has to correct something. */
  readonly complain: (line: string) => void;
};

/** Runs one command; answers whether all went well. What goes wrong unexpectedly is thrown. */
export async function directoryCommand(
  args: readonly string[],
  outside: Outside,
): Promise<boolean> {
  const parsed = parsedArgs(args);
  if (typeof parsed === 'string') {
    outside.complain(`${parsed}\n\n${usage}`);
    return false;
  }
  const [command, operand] = parsed.positionals;
  const expected = { apply: 2, export: 1, link: 2 }[command ?? ''];
  const isForApply = parsed.values['dry-run'] || parsed.values.prune;
  const isWrong = parsed.positionals.length !== expected || (isForApply && command !== 'apply');
  if (expected === undefined || isWrong) {
    outside.complain(usage);
    return false;
  }
  if (command === 'apply') {
    const { 'dry-run': dryRun, prune } = parsed.values;
    return apply(operand!, { dryRun, prune }, outside);
  }
  const door = await outside.openDoor('refuse');
  try {
    return command === 'export'
      ? await exportTo(door, outside)
      : await link(operand!, door, outside);
  } finally {
    await door.close();
  }
}

/** The words of the command; text = what is wrong with them. */
function parsedArgs(args: readonly string[]) {
  const no = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { 'dry-run': no, prune: no },
      allowPositionals: true,
    });
  } catch (error) {
    // Node's further advice is about passing the word on as it is, which nobody wants here.
    return (error instanceof Error ? error.message : String(error)).replace(/\. .*/s, '.');
  }
}

async function apply(
  name: string,
  options: { readonly dryRun: boolean; readonly prune: boolean },
  { openDoor, readFile, print, complain }: Outside,
): Promise<boolean> {
  const refused = (lines: readonly string[]): false => {
    for (const line of lines) complain(printable(line));
    complain(`Nothing was written: ${counted(lines.length, 'thing')} to correct in ${name}.`);
    return false;
  };

  const file = readDirectoryFile(readFile(name));
  if (!file.ok) return refused(faultLines(name, file.faults));
  // The form is checked here already: that needs neither server nor database.
  const parsed = parseDirectory(file.document);
  if (!parsed.ok) return refused(issueLines(name, parsed.refusal, file.placeOf));

  const door = await openDoor(options.dryRun ? 'pretend' : 'make');
  try {
    const applied = await door.apply({ document: file.document, ...options });
    if (!applied.ok) return refused(issueLines(name, applied.refusal, file.placeOf));
    const { changes, links, warnings } = applied.value;
    if (options.prune) {
      print(`What ${name} does not mention goes: people are disabled, policies retired.`);
    }
    for (const line of changes) print(printable(line));
    if (changes.length === 0) print('No changes: the directory says so already.');
    else if (options.dryRun)
      print(`Nothing was written (--dry-run): ${counted(changes.length, 'change')} to make.`);
    else print(`${counted(changes.length, 'change')} made.`);
    printLinks(links, print);
    for (const warning of warnings) complain(`Warning: ${warning}`);
    return true;
  } finally {
    await door.close();
  }
}

async function exportTo(door: Door, { print }: Outside): Promise<boolean> {
  print(writeDirectoryFile(await door.export()).trimEnd());
  return true;
}

async function link(person: string, door: Door, { print, complain }: Outside): Promise<boolean> {
  const found = await door.link(person);
  if (found === null) {
    complain(
      `There is no person '${printable(person)}', or they are disabled. Keys stand in "pnpm directory export".`,
    );
    return false;
  }
  printLinks([found], print);
  return true;
}

function printLinks(links: readonly SignInLink[], print: (line: string) => void): void {
  const [first] = links;
  if (first === undefined) return;
  const until = new Date(first.expiresAt).toISOString().slice(0, 16).replace('T', ' ');
  print('');
  print(
    `Sign-in links, each for one person, once, until ${until} UTC. Whoever has one gets in: hand it over safely.`,
  );
  for (const { person, name, url } of links) print(`  ${printable(`${name} (${person})`)}  ${url}`);
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Names and keys come from files: no control character of theirs reaches the terminal. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, '�');
}
