import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { Subscription } from '@rung/protocol/push.ts';

const recordSize = Buffer.from([0, 0, 0x10, 0]);
const lastRecord = Buffer.from([2]);

const hkdf = (key: Uint8Array, salt: Uint8Array, about: string | Uint8Array, length: number) =>
  Buffer.from(hkdfSync('sha256', key, salt, about, length));

/** The body of a push as RFC 8291 asks for it, by no more than Node's own crypto: what the limit needs. */
export function encrypted(text: string, { keys }: Subscription): Buffer {
  const theirs = Buffer.from(keys.p256dh, 'base64url');
  const pair = createECDH('prime256v1');
  const own = pair.generateKeys();
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, own]);
  const key = hkdf(pair.computeSecret(theirs), Buffer.from(keys.auth, 'base64url'), about, 32);
  const salt = randomBytes(16);
  const contentKey = hkdf(key, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = hkdf(key, salt, 'Content-Encoding: nonce\0', 12);
  const cipher = createCipheriv('aes-128-gcm', contentKey, nonce);
  const parts = [cipher.update(text, 'utf8'), cipher.update(lastRecord), cipher.final()];
  const head = [salt, recordSize, Buffer.from([own.length]), own];
  return Buffer.concat([...head, ...parts, cipher.getAuthTag()]);
}
