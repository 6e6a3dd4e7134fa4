import { expect, test } from 'vitest';
import { curve, decrypt } from './rfc8291.ts';

const { subtle } = crypto;

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));

/** RFC 8291, appendix A. */
const vector = {
  plain: 'When I grow up, I want to be a watermelon',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  publicKey:
    'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz' +
    'AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
} as const;

async function receiving() {
  const publicKey = bytes(vector.publicKey);
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: Buffer.from(publicKey.subarray(1, 33)).toString('base64url'),
    y: Buffer.from(publicKey.subarray(33)).toString('base64url'),
    d: vector.privateKey,
  };
  const privateKey = await subtle.importKey('jwk', jwk, curve, false, ['deriveBits']);
  return { privateKey, publicKey, auth: bytes(vector.auth) };
}

test('reads the example of RFC 8291', async () => {
  expect(await decrypt(bytes(vector.body), await receiving())).toBe(vector.plain);
});

test('reads nothing where one bit differs, or that is for another', async () => {
  const keys = await receiving();
  const body = bytes(vector.body);
  body[body.length - 1]! ^= 1;
  await expect(decrypt(body, keys)).rejects.toThrow();
  const others = { ...keys, auth: new Uint8Array(16) };
  await expect(decrypt(bytes(vector.body), others)).rejects.toThrow();
});
