import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type ParsedConfig, parseConfig } from './config.ts';
import { pushSubjectOf } from './push-variables.ts';

/** Of nobody: the key it was signed with is gone. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIUCQPmJlLtDdb7+hhcVYp+n8lQ458wCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFdGVzdHMwIBcNMjYxMTIyMDcxOTI3WhgPMjEyNjEwMjkwNzE5
MjdaMBAxDjAMBgNVBAMMBXRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
n2Zrkfo3pp/8ghJ4UtCCOdYRp3w4UUnM9xKh0ILL7YBk0arOw65OCZK5Ls5sEwtp
xdZip+tsteHqemHDKAJ3MKNTMFEwHQYDVR0OBBYEFIFVIDA7Rogbo60WdItldoQ5
jMXGMB8GA1UdIwQYMBaAFIFVIDA7Rogbo60WdItldoQ5jMXGMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgFxZmJyyfggjQa7om4pqy073QTBoklekC
PhljJi7lzvECIQDPs91qNelfoSJVQt/WwOYxA5oGGQs5lsuXSmoUFfLRCA==
-----END CERTIFICATE-----
`;

const config = (env: Record<string, string>) => {
  const parsed = parseConfig(env);
  return parsed.ok ? parsed.config : parsed.faults;
};

test('nothing said: this machine only, SQLite under ./data', () => {
  expect(config({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    data: resolve('data'),
    files: resolve('data/files'),
    databaseUrl: new URL(`file://${resolve('data/rung.db')}`),
    publicUrl: new URL('http://localhost:3000'),
    demo: null,
    pushSubject: null,
    pushAllow: [],
    pushCa: null,
    pushServices: [],
  });
});

test('pictures lie in the folder of data, or in one that several processes share', () => {
  expect(config({ RUNG_DATA: '/srv/rung' })).toMatchObject({ files: '/srv/rung/files' });
  expect(config({ RUNG_DATA: '/srv/rung', RUNG_FILES: '/mnt/files' })).toMatchObject({
    data: '/srv/rung',
    files: '/mnt/files',
  });
  const faultOf = (path: string) => (path === '/mnt/files' ? 'EROFS' : null);
  expect(parseConfig({ RUNG_FILES: '/mnt/files' }, faultOf)).toEqual({
    ok: false,
    faults: ['RUNG_FILES must be a folder that this user can make and write: EROFS'],
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
    PUSH_CA: '/nowhere/ca.pem',
    PUSH_SERVICES: 'https://push.example.org',
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
    'PUSH_CA',
    'PUSH_SERVICES',
  ]);
});

test('a further push service is for one machine, never beside a public address', () => {
  const env = { PUSH_ALLOW: 'localhost:8443' };
  expect(config(env)).toMatchObject({ pushAllow: ['localhost:8443'] });
  expect(config({ ...env, PUBLIC_URL: 'https://rung.example.org' })).toEqual([
    expect.stringContaining('PUSH_ALLOW'),
  ]);
});

test('a further CA is for one machine too', () => {
  const own = parseConfig(
    { PUSH_CA: 'ca.pem' },
    () => null,
    () => certificate,
  );
  expect(own).toMatchObject({ ok: true, config: { pushCa: certificate } });
  const env = { PUSH_CA: 'ca.pem', PUBLIC_URL: 'https://rung.example.org' };
  expect(
    parseConfig(
      env,
      () => null,
      () => certificate,
    ),
  ).toEqual({
    ok: false,
    faults: [expect.stringMatching(/^PUSH_CA is for trying things out/)],
  });
});

test.each([
  ['a file that is not there', undefined],
  ['a file that holds no certificate', () => 'not one'],
  ['a file that holds a key', () => '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
])('PUSH_CA: %s is refused, and what it holds is not repeated', (_, textOf) => {
  const parsed = parseConfig({ PUSH_CA: '/nowhere/ca.pem' }, () => null, textOf);
  const faults = parsed.ok ? [] : parsed.faults;
  expect(faults).toEqual([expect.stringMatching(/^PUSH_CA must be a file/)]);
  expect(faults.join()).not.toMatch(/AAAA|not one/);
});

test('further push services for real use are named by their hosts', () => {
  const env = {
    PUSH_SERVICES: 'push.example.org, *.push.example.net',
    PUBLIC_URL: 'https://rung.example.org',
  };
  expect(config(env)).toMatchObject({ pushServices: ['push.example.org', '*.push.example.net'] });
});

test.each([
  'push.example.org:8443',
  'https://push.example.org',
  '10.0.0.1',
  '[::1]',
  'localhost',
  '*',
  '*.org',
  'push.*.org',
  'push.example.org/path',
  'me@push.example.org',
  'push..org',
])('PUSH_SERVICES=%s is no host name', (PUSH_SERVICES) => {
  expect(config({ PUSH_SERVICES })).toEqual([expect.stringContaining('PUSH_SERVICES')]);
});

test.each([
  ['https://rung.example.org', undefined, 'https://rung.example.org'],
  ['https://rung.example.org', 'mailto:ops@example.org', 'mailto:ops@example.org'],
  ['http://rung.example.org', 'https://example.org/us', 'https://example.org/us'],
  ['http://rung.example.org', undefined, null],
  ['http://localhost:3000', undefined, null],
  ['https://localhost', undefined, null],
])('with PUBLIC_URL=%s and PUSH_SUBJECT=%s push services can write to %s', (url, said, subject) => {
  const parsed = config({ PUBLIC_URL: url, ...(said === undefined ? {} : { PUSH_SUBJECT: said }) });
  expect(pushSubjectOf(parsed as ParsedConfig)).toBe(subject);
});

test.each([
  'mailto:root@localhost',
  'mailto:',
  'https://localhost/us',
  'https://',
  'ops@example.org',
])('PUSH_SUBJECT=%s is nothing that a push service can write to', (PUSH_SUBJECT) => {
  expect(config({ PUSH_SUBJECT })).toEqual([expect.stringContaining('PUSH_SUBJECT')]);
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
