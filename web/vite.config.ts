import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/**
 * Names the build after its sources, so that building the same sources again is no new version: otherwise every start
 * of the server would tell every phone that one is ready.
 */
function nameOfSources(): string {
  const hash = createHash('sha256');
  const sources = [
    'src/**/*.*',
    'static/**/*.*',
    'vite.config.ts',
    'kit/*.js',
    '../packages/{domain,protocol,sync}/src/**/*.ts',
    '../packages/messages/catalogue/*.json',
    '../pnpm-lock.yaml',
  ];
  for (const file of globSync(sources, {
    cwd: import.meta.dirname,
    exclude: ['**/*.test.ts'],
  }).sort()) {
    hash.update(file).update(readFileSync(new URL(file, import.meta.url)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * SvelteKit hides the line that tells screen readers of a new page with an inline style. Its hash lets this one style in
 * and no other; taken from SvelteKit's own source, so that an upgrade cannot make the line visible.
 */
function hashOfAnnouncer(): `sha256-${string}` {
  const kit = dirname(createRequire(import.meta.url).resolve('@sveltejs/kit/package.json'));
  const source = readFileSync(join(kit, 'src/runtime/components/root.svelte'), 'utf8');
  const style = /id="svelte-announcer"[^>]*style="([^"]*)"/.exec(source)?.[1];
  if (style === undefined) throw new Error('SvelteKit hides its announcer in another way now');
  return `sha256-${createHash('sha256').update(style).digest('base64')}`;
}

/** What most screens need. Leaves only: what stands here takes nothing larger along. */
const frame = new RegExp(
  [
    '/packages/domain/src/(base/|directory/directory\\.|ticket/(severity|ticket)\\.)',
    '/packages/sync/src/(draft|form|ulid|wall-clock)\\.',
    '/packages/protocol/src/(problem-kinds|storable|version)\\.',
    '/lib/ui/(Banner|Button|Icon|Screen|loaded)\\.',
    '/lib/http/(api|ask|read)\\.',
    '/lib/parts/(when|who-has|reader|Brand|SeverityMark)\\.',
    // What asks for parts later: else it comes with whatever needs it first.
    'vite/preload-helper',
    '/lib/state/(language|theme|device|reach|session|update|clock|reading|read-again|new-ulid)\\.',
  ].join('|'),
);

/** What a person's screens need besides, to keep what was typed. Leaves, as above. */
const keeping =
  /\/node_modules\/dexie\/|\/lib\/local\/(?!pager)|\/lib\/sync\/(page-world|rules-here|talk-later)\.|\/lib\/state\/(acts-here|before-acting|in-order|reports|this-device)\./;

/** What it takes to act, or to show what waits (lib/sync/rules-here.ts): of no page that only shows what it has. */
const rules =
  /\/packages\/domain\/src\/(access\/(may|permits|relations|scopes)|ticket\/(append|decide|evolve|late-ack|run-pages))\.|\/packages\/sync\/src\/replay\.|\/lib\/sync\/(attach|company|mutate|rederive|rules|withdraw)\./;

/**
 * A message in a few bytes less. As they are compiled, each carries a choice that only tests need: of a language for one
 * call. 130 of them on a page are 1 kB.
 */
function shortened(code: string, name: string): string | null {
  const both =
    /\(\(inputs(?: = \{\})?, options = \{\}\) => \{\s*const locale = [^;\n]*\n\s*if \(locale === "de"\) return (de_\w+)\(inputs\)\s*return (en_\w+)\(inputs\)\s*\}\)/;
  if (!both.test(code)) throw new Error(`${name} is compiled in another way now`);
  return code
    .replace(both, '__say($2, $1)')
    .replace(
      /^import .* from '\.\.\/runtime\.js';$/m,
      `import { say as __say } from '${join(import.meta.dirname, 'kit/say.js')}';`,
    );
}

/**
 * Dexie without two of its layers, which cost 3 kB and do nothing here: its cache, which `lib/local` turns off, and its hooks,
 * which nobody sets. What is not used is not built.
 */
function thinned(code: string): string {
  const unused = ['this.use(cacheMiddleware);', 'this.use(hooksMiddleware);'];
  if (!unused.every((line) => code.includes(line))) {
    throw new Error('Dexie is built in another way now');
  }
  return unused.reduce((rest, line) => rest.replace(line, ''), code);
}

export default defineConfig({
  plugins: [
    {
      name: 'thin-dexie',
      enforce: 'pre',
      transform: { filter: { id: /dexie\/dist\/modern\/dexie\.mjs$/ }, handler: thinned },
    },
    {
      name: 'short-messages',
      enforce: 'pre',
      applyToEnvironment: ({ name }) => name === 'client',
      transform: {
        filter: { id: /\/compiled\/messages\/[a-z]\w*\.js$/ },
        handler: (code, id) => shortened(code, id),
      },
    },
    {
      name: 'plain-devalue',
      enforce: 'pre',
      applyToEnvironment: ({ name }) => name === 'client',
      resolveId: (id) =>
        id === 'devalue' ? join(import.meta.dirname, 'kit/plain-devalue.js') : null,
    },
    sveltekit({
      adapter: adapter({ fallback: '200.html', precompress: true }),
      version: { name: nameOfSources() },
      // In the page itself, because a page from the worker's cache must be as strict as one from the server.
      // `frame-ancestors` works in a header only: the server sets it.
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          'style-src-attr': ['unsafe-hashes', hashOfAnnouncer()],
          'img-src': ['self', 'data:', 'blob:'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'require-trusted-types-for': ['script'],
          'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'rung-photo-worker'],
        },
      },
      compilerOptions: { runes: true },
    }),
  ],
  build: { target: 'es2022' },
  // Dexie's own door leads to its build for old browsers; this one is 2 kB smaller.
  resolve: { alias: { dexie: 'dexie/dist/modern/dexie.mjs' } },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              // In one file: many small ones cost 3 kB more on the wire. Never SvelteKit's own
              // client: grouped, it loads in another order, and unknown addresses show an empty page.
              groups: [
                { name: 'frame', test: frame, minShareCount: 2 },
                { name: 'keeping', test: keeping, minShareCount: 2 },
                // After those: it takes along what it imports.
                { name: 'rules', test: rules, minShareCount: 2 },
                { name: 'words', test: /\/compiled\//, minShareCount: 6 },
              ],
            },
          },
        },
      },
    },
  },
});
