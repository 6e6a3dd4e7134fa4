// Types of every room. Each has its own tsconfig.json, because what a room does not see (Node and the DOM in domain) is
// half of the check. Two at a time: more do not help where there are two cores.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessages } from './build-web.ts';
import { root, runNode } from './run.ts';

const tsc = join(root, 'node_modules/typescript/bin/tsc');

const rooms = [
  { name: 'web', args: ['--run', 'check'], sources: 'web/src/routes' },
  ...['server', 'packages/domain', 'packages/protocol', 'packages/sync', 'packages/messages'].map(
    (name) => ({ name, args: [tsc], sources: `${name}/src` }),
  ),
  { name: 'test', args: [tsc], sources: 'test' },
  { name: '.', args: [tsc], sources: '.' },
].filter(
  ({ sources }) => existsSync(join(root, sources)) && readdirSync(join(root, sources)).length > 0,
);

await compileMessages();
let failed = 0;

async function checkInTurn(): Promise<void> {
  for (let room = rooms.shift(); room !== undefined; room = rooms.shift()) {
    const { code, output } = await runNode(room.args, { cwd: join(root, room.name) });
    if (code === 0) continue;
    failed += 1;
    console.error(`Types of ${room.name}:\n${output.trimEnd()}\n`);
  }
}

await Promise.all([checkInTurn(), checkInTurn()]);
if (failed > 0) process.exitCode = 1;
else console.log('Types are right.');
