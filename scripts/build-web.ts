import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode } from './run.ts';

const inputs = [
  'web/{src,static}/**/*.*',
  'web/*.{json,ts}',
  'web/kit/*.js',
  'packages/*/src/**/*.ts',
  'packages/messages/{catalogue,project.inlang}/**/*.json',
  'packages/messages/package.json',
  'pnpm-lock.yaml',
  'tsconfig.base.json',
];

/** Stands in the build itself, so that it cannot outlive it. */
const stamp = join(root, 'web/build/.built-from');

function hashOfInputs(): string {
  const hash = createHash('sha256');
  const exclude = ['**/compiled', '**/node_modules', '**/*.test.ts'];
  for (const file of globSync(inputs, { cwd: root, exclude }).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

const isBuiltFrom = (hash: string): boolean =>
  existsSync(stamp) &&
  existsSync(join(root, 'packages/messages/src/compiled')) &&
  readFileSync(stamp, 'utf8') === hash;

async function runScript(name: string, room: string): Promise<void> {
  const { code, output } = await runNode(['--run', name], { cwd: join(root, room) });
  if (code !== 0) throw new Error(`\`${name}\` of ${room} failed:\n${output}`);
}

/** Turns the catalogues into code. */
export const compileMessages = (): Promise<void> => runScript('compile', 'packages/messages');

/** Compiles messages and builds web, unless what they are made of did not change since. Answers whether it built. */
export async function buildWeb(): Promise<boolean> {
  const hash = hashOfInputs();
  if (isBuiltFrom(hash)) return false;
  await compileMessages();
  await runScript('build', 'web');
  writeFileSync(stamp, hash);
  return true;
}
