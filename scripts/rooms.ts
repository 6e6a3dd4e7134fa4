/**
 * Who may import whom. A room is a folder, or a few files of one; the first row whose `files` match owns a file.
 * Everything may import its own room. A file without a row is an offence too, so a new room begins with a decision here.
 */
export type Room = {
  readonly name: string;
  /** Globs from the root. */
  readonly files: readonly string[];
  /** Rooms it may import; `x/` means every room whose name begins so. */
  readonly may: readonly string[];
  /** Rooms of which it may import types only. */
  readonly mayTypes?: readonly string[];
  /** npm packages it may import, exactly these; without it: any that `keepers` does not keep for others. `node:` = Node's own. */
  readonly uses?: readonly string[];
};

const packages = ['domain', 'protocol', 'sync', 'messages'];

const inTests = ['vitest', 'fast-check', 'node:'];

export const rooms: readonly Room[] = [
  // Beside the code, tests see what the code sees, and the tools of tests.
  {
    name: 'tests of packages',
    files: ['packages/*/src/**/*.test.ts'],
    may: packages,
    uses: [...inTests, 'valibot'],
  },
  {
    name: 'tests of the server',
    files: ['server/src/**/*.test.ts'],
    may: [...packages, 'server/', 'test/harness'],
  },
  {
    name: 'tests of web',
    files: ['web/src/**/*.test.ts'],
    may: [...packages, 'web/'],
  },

  { name: 'domain', files: ['packages/domain/src/**'], may: [], uses: [] },
  { name: 'protocol', files: ['packages/protocol/src/**'], may: ['domain'], uses: ['valibot'] },
  {
    name: 'sync',
    files: ['packages/sync/src/**'],
    may: ['domain'],
    mayTypes: ['protocol'],
    uses: [],
  },
  { name: 'messages', files: ['packages/messages/src/**'], may: ['domain'], uses: [] },

  {
    name: 'server/parts',
    files: [
      'server/src/{clock,config,demo-decision,free-room,lock,log,loopback,push-keys,push-variables,readiness,sealed,secret,start-fault,umask}.ts',
    ],
    may: packages,
  },
  {
    name: 'server/directory-door',
    files: ['server/src/directory-door.ts'],
    may: [...packages, 'server/apply', 'server/auth', 'server/db', 'server/parts'],
  },
  {
    name: 'server/compose',
    files: ['server/src/{main,house,parts,works,epoch,push}.ts', 'server/src/programs/**'],
    may: [...packages, 'server/'],
  },
  {
    name: 'server/db',
    files: ['server/src/db/**'],
    may: ['domain', 'server/parts'],
  },
  {
    name: 'server/apply',
    files: ['server/src/apply/**'],
    may: [...packages, 'server/db', 'server/parts'],
  },
  {
    name: 'server/auth',
    files: ['server/src/auth/**'],
    may: [...packages, 'server/db', 'server/parts'],
  },
  {
    name: 'server/news',
    files: ['server/src/news.ts'],
    may: [...packages, 'server/apply', 'server/auth', 'server/db', 'server/parts'],
  },
  {
    name: 'server/exchange',
    files: ['server/src/exchange/**'],
    may: [...packages, 'server/apply', 'server/db', 'server/parts'],
  },
  {
    name: 'server/files',
    files: ['server/src/files/**'],
    may: ['domain', 'protocol', 'server/apply', 'server/db', 'server/parts'],
  },
  {
    name: 'server/http',
    files: ['server/src/http/**'],
    may: [
      ...packages,
      'server/apply',
      'server/auth',
      'server/directory-door',
      'server/exchange',
      'server/db',
      'server/files',
      'server/news',
      'server/parts',
    ],
  },
  {
    name: 'server/engine',
    files: ['server/src/engine/**'],
    may: ['domain', 'server/apply', 'server/db', 'server/parts'],
  },

  {
    // What it reads and writes of the database comes in by the port that house.ts fills.
    name: 'server/dispatch',
    files: ['server/src/dispatch/**'],
    may: ['domain', 'protocol', 'messages', 'server/parts'],
  },

  { name: 'web/local', files: ['web/src/lib/local/**'], may: packages },
  { name: 'web/photo', files: ['web/src/lib/photo/**'], may: ['protocol'], uses: [] },
  { name: 'web/http', files: ['web/src/lib/http/**'], may: ['domain', 'protocol'] },
  {
    name: 'web/sync',
    files: ['web/src/lib/sync/**'],
    may: [...packages, 'web/local', 'web/http', 'web/photo'],
  },
  {
    name: 'web/state',
    files: ['web/src/lib/state/**'],
    may: [...packages, 'web/local', 'web/sync', 'web/http', 'web/photo'],
  },
  {
    name: 'web/parts',
    files: ['web/src/lib/parts/**'],
    may: ['domain', 'messages', 'web/ui', 'web/state'],
  },
  { name: 'web/ui', files: ['web/src/lib/ui/**'], may: [], uses: ['svelte', 'bits-ui'] },
  {
    name: 'web/service-worker',
    files: ['web/src/service-worker/**'],
    may: [...packages, 'web/local', 'web/sync'],
  },
  {
    name: 'web/routes',
    files: ['web/src/{routes/**,*.ts}'],
    may: ['domain', 'messages', 'web/parts', 'web/ui', 'web/state', 'web/look'],
  },
  { name: 'web/look', files: ['web/src/look/**'], may: [] },

  {
    name: 'test/harness',
    files: ['test/harness/**'],
    may: [
      ...packages,
      'server/compose',
      'server/auth',
      'server/parts',
      'server/dispatch',
      'scripts',
      'web/local',
      'web/sync',
    ],
    mayTypes: ['server/db'],
  },
  {
    name: 'test/conformance',
    files: ['test/{conformance,simulation}/**'],
    may: [
      ...packages,
      'test/harness',
      'server/db',
      'server/apply',
      'server/exchange',
      'server/compose',
      'server/auth',
      'server/engine',
      'server/dispatch',
      'server/parts',
      'web/local',
      'web/sync',
    ],
  },
  {
    // Calls every cell of the table of rights, so it reads the table.
    name: 'test/doors',
    files: ['test/journeys/doors.test.ts'],
    may: [...packages, 'test/harness', 'server/http'],
  },
  {
    name: 'test/journeys',
    files: ['test/{journeys,browser}/**', 'test/pictures.ts'],
    may: [...packages, 'test/harness'],
  },
  {
    // Measures the product beside its peers: neither the product nor a test may import it.
    name: 'test/bench',
    files: ['test/bench/**'],
    may: [
      ...packages,
      'test/harness',
      'server/compose',
      'server/dispatch',
      'server/parts',
      'web/parts',
    ],
  },
  { name: 'scripts/start', files: ['scripts/start.ts'], may: ['scripts', 'server/compose'] },
  { name: 'scripts', files: ['scripts/**'], may: [] },
];

/** npm packages that only these rooms may import, and all tests. */
export const keepers: Readonly<Record<string, readonly string[]>> = {
  dexie: ['web/local'],
  kysely: ['server/db'],
  // The lock on the data folder is SQLite's own.
  'better-sqlite3': ['server/db', 'server/parts'],
  pg: ['server/db'],
  'better-auth': ['server/auth'],
  '@tus/server': ['server/files'],
  '@tus/file-store': ['server/files'],
  sharp: ['server/files'],
  'web-push': ['server/dispatch'],
  'ipaddr.js': ['server/dispatch'],
  '@tanstack/svelte-query': ['web/state'],
  'tus-js-client': ['web/sync'],
};

/** Where Node's own modules are at home. */
export const onNode = ['server/', 'test/', 'tests of ', 'scripts'];
