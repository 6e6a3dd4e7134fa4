// Runs first in every script. Rung runs on the Node that the workspace pins (devDependency `node`); pnpm puts it first on
// the PATH. Where that did not happen (pnpm 12 goes on after a failed install, or a script was started without pnpm),
// the host's Node would die later with words that lead astray. Plain JavaScript, so that any Node can say so.
import { readFileSync } from 'node:fs';

const pinned = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  .devDependencies.node;

if (process.versions.node !== pinned) {
  console.error(
    `Rung runs on Node ${pinned}, but this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Run it with pnpm 10, which fetches the right one:  npx -y pnpm@10 start   (or: npx -y pnpm@10 test)\n' +
      'If you did: the installation is not complete. Run  npx -y pnpm@10 install  and read what it says.',
  );
  process.exit(1);
}
