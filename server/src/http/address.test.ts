import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { addressOf } from './address.ts';

const app = new Hono().get('/', (c) => c.text(addressOf(c)));

async function address(remoteAddress: string, forwarded?: string): Promise<string> {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const answer = await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } });
  return answer.text();
}

test.each([
  ['a visitor without a proxy', '203.0.113.7', undefined, '203.0.113.7'],
  ['a visitor who writes the header himself', '203.0.113.7', '1.2.3.4', '203.0.113.7'],
  ['a proxy on this machine', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  [
    'its last hop, not what the client wrote before',
    '::ffff:127.0.0.1',
    '1.2.3.4, 203.0.113.7',
    '203.0.113.7',
  ],
  ['this machine itself', '::1', undefined, '::1'],
])('%s', async (_, peer, forwarded, expected) => {
  expect(await address(peer, forwarded)).toBe(expected);
});
