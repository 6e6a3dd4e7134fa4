import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import webPush from 'web-push';
import { systemClock } from '../../clock.ts';
import { openTokens } from './token.ts';

const keys = webPush.generateVAPIDKeys();
const hour = 60 * 60_000;
const origin = 'https://fcm.googleapis.com';
const start = systemClock.now() - 11 * hour;

function setUp(subject: string | null = 'mailto:ops@example.org') {
  const clock = { at: start, now: () => clock.at };
  return { clock, tokens: openTokens(keys, subject, clock) };
}

type Claims = { readonly aud: string; readonly exp: number; readonly sub: string };
const claims = (authorization: string) =>
  JSON.parse(
    Buffer.from(/t=[^.]+\.([^.]+)\./.exec(authorization)?.[1] ?? '', 'base64url').toString(),
  ) as Claims;

test('a token names the push service, its end in 12 h and our contact, and is signed by our key', () => {
  const authorization = setUp().tokens.authorization(origin);
  expect(claims(authorization)).toEqual({
    aud: origin,
    exp: Math.floor((start + 12 * hour) / 1000),
    sub: 'mailto:ops@example.org',
  });
  const [, head, body, signature, k] = /^vapid t=([^.]+)\.([^.]+)\.([^,]+), k=(.+)$/.exec(
    authorization,
  )!;
  expect(k).toBe(keys.publicKey);
  const point = Buffer.from(keys.publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((b) => b.toString('base64url'));
  const key = createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: x!, y: y! },
    format: 'jwk',
  });
  const signed = Buffer.from(`${head}.${body}`);
  const raw = Buffer.from(signature!, 'base64url');
  expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
});

test('it is made once for each push service and kept for 10 h', () => {
  const { clock, tokens } = setUp();
  const first = tokens.authorization(origin);
  expect(tokens.authorization('https://web.push.apple.com')).not.toBe(first);
  clock.at = start + 10 * hour - 1;
  expect(tokens.authorization(origin)).toBe(first);
  clock.at = start + 10 * hour;
  expect(tokens.authorization(origin)).not.toBe(first);
});

test('it is made anew once the clock was set back', () => {
  const { clock, tokens } = setUp();
  const first = tokens.authorization(origin);
  clock.at = start - 1;
  expect(tokens.authorization(origin)).not.toBe(first);
});

test('one that was refused is dropped, but not the one that was made since', () => {
  const { tokens } = setUp();
  const first = tokens.authorization(origin);
  tokens.drop(origin, first);
  const second = tokens.authorization(origin);
  expect(second).not.toBe(first);
  tokens.drop(origin, first);
  expect(tokens.authorization(origin)).toBe(second);
});

test('without a contact it names one that cannot exist', () => {
  expect(claims(setUp(null).tokens.authorization(origin)).sub).toBe('mailto:nobody@rung.invalid');
});
