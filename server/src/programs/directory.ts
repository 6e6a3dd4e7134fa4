/** `pnpm directory`: the directory from the command line (docs/directory.md). */

import '../umask.ts';
import { readFileSync } from 'node:fs';
import { parseConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { directoryCommand, type Outside } from './directory-command.ts';
import { openDoorOf } from './directory-access.ts';

const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** Standard output belongs to the result. */
const log: Log = {
  info: () => undefined,
  warn: complain,
  error: (message, about) => complain(`${message} ${JSON.stringify(about ?? {})}`),
};

const outside: Outside = {
  openDoor(onNothing) {
    const parsed = parseConfig(process.env);
    if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
    return openDoorOf(parsed.config, log, onNothing);
  },
  readFile(name) {
    try {
      return readFileSync(name, 'utf8');
    } catch (cause) {
      throw new Error(`${name} cannot be read: ${(cause as Error).message}`, { cause });
    }
  },
  print: (line) => void process.stdout.write(`${line}\n`),
  complain,
};

try {
  const args = process.argv.slice(2);
  if (!(await directoryCommand(args, outside))) process.exitCode = 1;
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
