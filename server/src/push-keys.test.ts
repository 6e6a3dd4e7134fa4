import { createECDH } from 'node:crypto';
import { expect, test } from 'vitest';
import { openPushKeys, type PushKeys } from './push-keys.ts';
import { openSealer } from './sealed.ts';
import { CannotStart } from './start-fault.ts';

const sealer = openSealer('for tests only, never for real ones');

/** As the table does: the first pair stays. */
function table() {
  const kept: PushKeys[] = [];
  const keep = async (sealed: PushKeys): Promise<PushKeys> => {
    if (kept.length === 0) kept.push(sealed);
    return kept[0]!;
  };
  return { kept, keep };
}

test('the keys are made once, and are a pair', async () => {
  const { keep } = table();
  const first = await openPushKeys(keep, sealer);
  expect(await openPushKeys(keep, sealer)).toEqual(first);
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(first.privateKey, 'base64url');
  expect(pair.getPublicKey('base64url')).toBe(first.publicKey);
  expect(Buffer.from(first.publicKey, 'base64url')).toHaveLength(65);
});

test('they are whole, also where the private one is a small number', async () => {
  // One of 256 is: of so many at least one, as good as ever.
  const sealer = { seal: (text: string) => text, unseal: (text: string) => text };
  for (let n = 0; n < 2000; n += 1) {
    const { privateKey } = await openPushKeys(async (made) => made, sealer);
    expect(Buffer.from(privateKey, 'base64url')).toHaveLength(32);
  }
});

test('of two that start at once both have the same', async () => {
  const { keep } = table();
  const [one, other] = await Promise.all([openPushKeys(keep, sealer), openPushKeys(keep, sealer)]);
  expect(one).toEqual(other);
});

test('the private one is written sealed', async () => {
  const { kept, keep } = table();
  const { privateKey } = await openPushKeys(keep, sealer);
  expect(JSON.stringify(kept)).not.toContain(privateKey);
});

test('with another secret the start is refused, in a sentence that says what to do', async () => {
  const { keep } = table();
  const { publicKey } = await openPushKeys(keep, sealer);
  const opening = openPushKeys(keep, openSealer('another secret, as long as the first'));
  await expect(opening).rejects.toThrow(CannotStart);
  await expect(opening).rejects.toThrow(/RUNG_SECRET .* give the old one back .* docs\/paging\.md/);
  expect((await openPushKeys(keep, sealer)).publicKey).toBe(publicKey);
});

test('a private key beside another’s public key is refused', async () => {
  const [one, other] = [table(), table()];
  await openPushKeys(one.keep, sealer);
  await openPushKeys(other.keep, sealer);
  const mixed = { ...one.kept[0]!, publicKey: other.kept[0]!.publicKey };
  await expect(openPushKeys(async () => mixed, sealer)).rejects.toThrow(CannotStart);
});
