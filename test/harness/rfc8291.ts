const { subtle } = crypto;

type Bytes = Uint8Array<ArrayBuffer>;

/** What only the browser knows of its subscription. */
export type ReceivingKeys = {
  /** Of P-256; `publicKey` uncompressed, as in `keys.p256dh`. */
  readonly privateKey: CryptoKey;
  readonly publicKey: Bytes;
  readonly auth: Bytes;
};

const text = new TextEncoder();

/**
 * Reads a push message as a browser does (RFC 8291, RFC 8188), by WebCrypto and nothing of what encrypts it.
 * @throws when it is not for these keys, or more than one record
 */
export async function decrypt(body: Bytes, keys: ReceivingKeys): Promise<string> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const salt = body.subarray(0, 16);
  const recordSize = view.getUint32(16);
  const idLength = view.getUint8(20);
  const theirs = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  if (record.length > recordSize) throw new Error('more than one record');

  const publicKey = await subtle.importKey('raw', theirs, curve, false, []);
  const shared = await subtle.deriveBits({ name: 'ECDH', public: publicKey }, keys.privateKey, 256);
  const info = new Uint8Array([...text.encode('WebPush: info\0'), ...keys.publicKey, ...theirs]);
  const secret = await hkdf(new Uint8Array(shared), keys.auth, info, 32);
  const content = await hkdf(secret, salt, text.encode('Content-Encoding: aes128gcm\0'), 16);
  const nonce = await hkdf(secret, salt, text.encode('Content-Encoding: nonce\0'), 12);

  const key = await subtle.importKey('raw', content, 'AES-GCM', false, ['decrypt']);
  const algorithm = { name: 'AES-GCM', iv: nonce };
  const padded = new Uint8Array(await subtle.decrypt(algorithm, key, record));
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('not the last record');
  return new TextDecoder('utf-8', { fatal: true }).decode(padded.subarray(0, end));
}

export const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;

async function hkdf(secret: Bytes, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return new Uint8Array(await subtle.deriveBits(how, key, 8 * length));
}
