// What types and Prettier do not say. Who may import whom is checked by scripts/import-rules.ts.
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const typed = {
  languageOptions: {
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
  plugins: { '@typescript-eslint': tseslint.plugin },
  rules: {
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],
  },
};

const readsTheClock = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Reads the clock: take the moment as an argument.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Reads the clock: take the moment as an argument.',
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: 'Reads the clock: take the moment as an argument.',
  },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
    message: 'Reads the clock: take the moment as an argument.',
  },
];

const drawsALot = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: 'Draws a lot: take the number as an argument.',
};

const sleeps = {
  selector: "NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout']",
  message: 'Sleeps: wait for what you mean instead.',
};

const tooNew = [
  ['AbortSignal', 'any'],
  ['Map', 'groupBy'],
  ['Object', 'groupBy'],
  ['Promise', 'withResolvers'],
].map(([object, property]) => ({
  object,
  property,
  message: 'Phones before Safari 17.4 do not have it.',
}));

const noTimersPromises = {
  name: 'node:timers/promises',
  message: 'Sleeps: wait for what you mean instead.',
};

export default defineConfig(
  globalIgnores(['**/build/', '**/.svelte-kit/', '**/compiled/', '**/data/', 'test/out/']),
  tseslint.configs.recommended,
  svelte.configs.recommended,
  {
    languageOptions: { globals: globals.node },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [noTimersPromises] }],
      'no-restricted-syntax': ['error', sleeps],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  { files: ['**/*.ts'], ignores: ['**/*.svelte.ts'], ...typed },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] },
    },
  },
  {
    files: ['web/src/**'],
    languageOptions: { globals: globals.browser },
    rules: {
      // The app always stands at the root of its origin.
      'svelte/no-navigation-without-resolve': 'off',
      // Reads the reason after the code as further codes.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
  {
    // What runs in browsers.
    files: ['web/src/**', 'packages/*/src/**'],
    ignores: ['**/*.test.ts', 'web/src/lib/sync/test-*.ts'],
    rules: { 'no-restricted-properties': ['error', ...tooNew] },
  },
  {
    files: ['packages/domain/src/**', 'packages/sync/src/**'],
    rules: { 'no-restricted-syntax': ['error', sleeps, drawsALot, ...readsTheClock] },
  },
  {
    files: ['server/src/**'],
    ignores: ['server/src/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', sleeps, ...readsTheClock] },
  },
  {
    // What speaks to whoever started it. Everything else writes to the log.
    files: [
      'scripts/**',
      'server/src/main.ts',
      'server/src/programs/**',
      'test/harness/{postgres-keeper,chromium}.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
