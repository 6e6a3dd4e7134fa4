import { expect, test } from 'vitest';
import { offences } from './offences.ts';

const planted: readonly (readonly [path: string, text: string, why: string])[] = [
  [
    'packages/domain/src/ticket/x.ts',
    `import * as v from 'valibot';`,
    'domain may import no package',
  ],
  ['packages/domain/src/ticket/x.ts', `import { x } from 'node:fs';`, 'domain may import no'],
  ['packages/domain/src/ticket/x.ts', `import '@rung/protocol/text.ts';`, 'not protocol'],
  [
    'packages/sync/src/x.ts',
    `import { command } from '@rung/protocol/command.ts';`,
    'sync may import only types of protocol',
  ],
  ['server/src/apply/x.ts', `import { app } from '../http/app.ts';`, 'not server/http'],
  ['server/src/apply/x.ts', `import { Kysely } from 'kysely';`, 'only server/db may import kysely'],
  ['server/src/apply/x.ts', `const x = await import('pg');`, 'only server/db may import pg'],
  ['server/src/db/x.ts', `export * from '../apply/world.ts';`, 'not server/apply'],
  ['server/src/engine/x.ts', `import { openHouse } from '../house.ts';`, 'not server/compose'],
  ['server/src/shelf/x.ts', ``, 'in no room'],
  ['web/src/lib/sync/x.ts', `import Dexie from 'dexie';`, 'only web/local may import dexie'],
  ['web/src/lib/ui/X.svelte', `<script>\nimport x from '#lib/state/x.ts';\n</script>`, 'web/state'],
  ['web/src/lib/parts/x.ts', `let x: import('../local/x.ts').X;`, 'not web/local'],
  [
    'web/src/routes/(field)/+page.svelte',
    `<script>import '#lib/local/x.ts';</script>`,
    'web/local',
  ],
  ['web/src/lib/state/x.ts', `import { join } from 'path';`, 'does not run on Node'],
  ['test/journeys/x.test.ts', `import '../../server/src/db/open.ts';`, 'not server/db'],
];

test.each(planted)('%s is refused %s', (path, text, why) => {
  expect(offences(path, text)).toEqual([expect.stringContaining(why)]);
});

test('what the table allows passes', () => {
  expect([
    ...offences('packages/sync/src/x.ts', `import type { A } from '@rung/protocol/command.ts';`),
    ...offences('packages/sync/src/x.ts', `import { type A } from '@rung/protocol/command.ts';`),
    ...offences('packages/domain/src/ticket/x.test.ts', `import { test } from 'vitest';`),
    ...offences('server/src/db/x.ts', `import { Kysely } from 'kysely'; import 'node:fs';`),
    ...offences('server/src/main.ts', `import { openHouse } from './house.ts';`),
    ...offences('web/src/lib/local/x.ts', `import Dexie from 'dexie';`),
    ...offences('web/src/routes/+layout.svelte', `<p>import '#lib/local/x.ts';</p>`),
  ]).toEqual([]);
});

test('the line of the offender is told, also inside a component', () => {
  const component = `<script lang="ts">\n  import X from '#lib/ui/X.svelte';\n  import y from '#lib/sync/y.ts';\n</script>\n`;
  expect(offences('web/src/lib/parts/P.svelte', component)).toEqual([
    expect.stringMatching(/^web\/src\/lib\/parts\/P\.svelte:3 imports #lib\/sync\/y\.ts: /),
  ]);
});
