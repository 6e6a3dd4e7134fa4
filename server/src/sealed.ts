import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Keeps text in the database so that nobody can read it, or put another in its place, without RUNG_SECRET. (What stood in the
 * same place before can be put back.)
 */
export type Sealer = {
  /** Another text each time, also of the same. */
  seal(text: string, place: Place): string;
  /** null = it was sealed with another secret or for another place, was changed, or was never sealed. */
  unseal(sealed: string, place: Place): string | null;
};

/** Where sealed text stands: what is moved elsewhere cannot be read there. */
export type Place = 'push_key' | `contact_method:${string}`;

/** The place of a contact method's address. */
export const addressOf = (method: string): Place => `contact_method:${method}`;

const cipher = 'aes-256-gcm';
/** Stands before what is sealed so: another way of sealing would have another. */
const mark = 'a1.';
const nonceLength = 12;
const tagLength = 16;

/** Sealed text reads `a1.` and base64url of nonce, ciphertext and tag. What signs cookies by this secret has another key. */
export function openSealer(secret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'rung sealed text', 32));
  return {
    seal(text, place) {
      const nonce = randomBytes(nonceLength);
      const sealing = createCipheriv(cipher, key, nonce);
      sealing.setAAD(Buffer.from(place));
      const parts = [nonce, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()];
      return `${mark}${Buffer.concat(parts).toString('base64url')}`;
    },
    unseal(sealed, place) {
      if (!sealed.startsWith(mark)) return null;
      const bytes = Buffer.from(sealed.slice(mark.length), 'base64url');
      if (bytes.length < nonceLength + tagLength) return null;
      const tagAt = bytes.length - tagLength;
      const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength,
      });
      opening.setAAD(Buffer.from(place));
      opening.setAuthTag(bytes.subarray(tagAt));
      const text = opening.update(bytes.subarray(nonceLength, tagAt));
      try {
        return Buffer.concat([text, opening.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
