import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

const config = (env: Record<string, string>) => {
  const parsed = parseConfig(env);
  return parsed.ok ? parsed.config : parsed.faults;
};

test('nothing said: this machine only, SQLite under ./data', () => {
  expect(config({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    data: resolve('data'),
    databaseUrl: new URL(`file://${resolve('data/rung.db')}`),
    publicUrl: new URL('http://localhost:3000'),
    demo: null,
    pushAllow: [],
  });
});

test('an empty variable counts as not set', () => {
  expect(config({ PORT: '', PUBLIC_URL: ' ', RUNG_DEMO: '' })).toEqual(config({}));
});

test('everything wrong is told at once, each by its name', () => {
  const faults = config({
    HOST: 'not a host!',
    PORT: '70000',
    DATABASE_URL: 'mysql://x',
    PUBLIC_URL: 'https://rung.example.org/path',
    RUNG_SECRET: 'short',
    RUNG_DEMO: 'yes',
    PUSH_SUBJECT: 'mailto:root@localhost',
    PUSH_ALLOW: 'everything',
  }) as readonly string[];
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
    'HOST',
    'PORT',
    'DATABASE_URL',
    'PUBLIC_URL',
    'RUNG_SECRET',
    'RUNG_DEMO',
    'PUSH_SUBJECT',
    'PUSH_ALLOW',
  ]);
});

test('a further push service is for one machine, never beside a public address', () => {
  const env = { PUSH_ALLOW: 'localhost:8443' };
  expect(config(env)).toMatchObject({ pushAllow: ['localhost:8443'] });
  expect(config({ ...env, PUBLIC_URL: 'https://rung.example.org' })).toEqual([
    expect.stringContaining('PUSH_ALLOW'),
  ]);
});

test.each(['yes', 'constructor', '__proto__'])('RUNG_DEMO=%s is no answer', (RUNG_DEMO) => {
  expect(config({ RUNG_DEMO })).toEqual([expect.stringContaining('RUNG_DEMO')]);
});

test('a public name that looks like this machine is public', () => {
  const env = { PUSH_ALLOW: 'localhost:8443', PUBLIC_URL: 'https://127.example.org' };
  expect(config(env)).toEqual([expect.stringContaining('PUSH_ALLOW')]);
});

test('a data folder that cannot be written is told with the rest', () => {
  const parsed = parseConfig({ PORT: 'x' }, () => 'EACCES');
  expect(parsed.ok ? [] : parsed.faults).toEqual([
    expect.stringContaining('PORT'),
    expect.stringContaining('EACCES'),
  ]);
});

test.each([
  ['postgres://rung@db/rung', 'postgres:'],
  ['postgresql://rung@db/rung', 'postgresql:'],
  ['file:/var/lib/rung/rung.db', 'file:'],
  ['file:somewhere/rung.db', 'file:'],
])('DATABASE_URL %s', (DATABASE_URL, protocol) => {
  expect(config({ DATABASE_URL })).toMatchObject({
    databaseUrl: expect.objectContaining({ protocol }) as URL,
  });
});
