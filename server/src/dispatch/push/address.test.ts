import { expect, test } from 'vitest';
import { isPublic, publicLookup } from './address.ts';

test.each(['8.8.8.8', '142.250.185.138', '17.188.143.34', '2a00:1450:4001:82b::200a', '2600::1'])(
  'connects to %s',
  (address) => expect(isPublic(address)).toBe(true),
);

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.8.8.8',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '::7f00:1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  '2001:db8::1',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
])('never to "%s"', (address) => expect(isPublic(address)).toBe(false));

type Found = readonly [error: string | undefined, addresses: unknown];

function look(found: readonly string[], all: boolean): Found {
  const lookup = publicLookup((_, __, done) =>
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  );
  let answer: Found = ['nothing', null];
  lookup('push.example.org', { all }, (error, addresses) => {
    answer = [error?.code, addresses];
  });
  return answer;
}

test('a name that leads inside and outside is followed outside only', () => {
  expect(look(['10.0.0.1', '8.8.8.8', '::1'], true)).toEqual([
    undefined,
    [{ address: '8.8.8.8', family: 4 }],
  ]);
  expect(look(['10.0.0.1', '8.8.8.8'], false)).toEqual([undefined, '8.8.8.8']);
});

test('a name that leads inside is not followed', () => {
  expect(look(['10.0.0.1', 'fe80::1'], true)[0]).toBe('NO_PUBLIC_ADDRESS');
  expect(look([], true)[0]).toBe('NO_PUBLIC_ADDRESS');
});

test('a name that leads nowhere says so', () => {
  const error = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  let code: string | undefined;
  publicLookup((_, __, done) => done(error, []))('push.example.org', {}, (thrown) => {
    code = thrown?.code;
  });
  expect(code).toBe('ENOTFOUND');
});
