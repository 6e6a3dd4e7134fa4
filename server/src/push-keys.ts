/** The key pair that push services know this Rung by (VAPID, RFC 8292): made once for a database, the private half sealed. */

import { createECDH } from 'node:crypto';
import type { Sealer } from './sealed.ts';
import { CannotStart } from './start-fault.ts';

/** Base64url: an uncompressed point of P-256 and its scalar. */
export type PushKeys = { readonly publicKey: string; readonly privateKey: string };

/**
 * The keys of this database, the same for all its processes. `keep` writes the pair where there is none yet, and answers
 * the one that stands there then.
 *
 * @throws CannotStart when another secret sealed them: with new ones no device could be paged until its app was opened.
 */
export async function openPushKeys(
  keep: (sealed: PushKeys) => Promise<PushKeys>,
  { seal, unseal }: Sealer,
): Promise<PushKeys> {
  const made = newPair();
  const kept = await keep({ ...made, privateKey: seal(made.privateKey, 'push_key') });
  const privateKey = unseal(kept.privateKey, 'push_key');
  if (privateKey !== null && isPair(kept.publicKey, privateKey)) {
    return { publicKey: kept.publicKey, privateKey };
  }
  throw new CannotStart(
    'RUNG_SECRET is not the one that the key for push services was sealed with: give the old one back (where it was ' +
      'never set, it stands in the file `secret` of the RUNG_DATA of before). If it is lost, docs/paging.md says what to delete',
  );
}

function newPair(): PushKeys {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // A scalar that is small comes shorter; whoever signs with it wants all of its 32 bytes.
  const scalar = Buffer.alloc(32);
  const bytes = pair.getPrivateKey();
  bytes.copy(scalar, scalar.length - bytes.length);
  return {
    publicKey: pair.getPublicKey('base64url'),
    privateKey: scalar.toString('base64url'),
  };
}

function isPair(publicKey: string, privateKey: string): boolean {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(privateKey, 'base64url');
    return pair.getPublicKey('base64url') === publicKey;
  } catch {
    return false;
  }
}
