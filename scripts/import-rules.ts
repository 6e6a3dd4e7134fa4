// Checks who imports whom (the table is in rooms.ts) and prints every offender.
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { offences } from './offences.ts';
import { root } from './run.ts';

const files = globSync(
  ['{packages/*,server,web}/src/**/*.{ts,js,svelte}', '{scripts,test}/**/*.{ts,mjs}'],
  { cwd: root, exclude: ['**/node_modules', '**/compiled', '**/out'] },
).map((file) => file.split(sep).join('/'));

const found = files
  .sort()
  .flatMap((file) => offences(file, readFileSync(join(root, file), 'utf8')));

for (const offence of found) console.error(offence);
if (found.length > 0) process.exitCode = 1;
else console.log(`Imports of ${files.length} files are right.`);
