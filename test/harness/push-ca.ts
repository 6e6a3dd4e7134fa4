import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certification authority of the test's own, and what it vouches for. */
export type Authority = {
  /** Its own certificate. */
  readonly pem: string;
  /** A certificate for localhost and 127.0.0.1, and the key to it. */
  vouch(): { readonly cert: string; readonly key: string };
};

/**
 * Makes an authority that nobody trusts by himself. The few fields of X.509 that it needs are written here: whoever verifies
 * them is OpenSSL, and a library would bring twenty packages with it.
 */
export function newAuthority(): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = named('Push services of the tests');
  const about = { issuer, signedBy: keys.privateKey, authorityKey: keys.publicKey };
  return {
    pem: certificate({ ...about, subject: issuer, key: keys.publicKey, extensions: ofAuthority }),
    vouch() {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: certificate({
          ...about,
          subject: named('localhost'),
          key: own.publicKey,
          extensions: ofServer,
        }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

/** One value of DER: its tag, its length, what it holds. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.of(unused), content);
const yes = der(0x01, Buffer.of(0xff));

/** An object identifier, its bytes in hex. */
const id = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ecdsaWithSha256 = sequence(id('2a8648ce3d040302'));

function named(commonName: string): Buffer {
  return sequence(der(0x31, sequence(id('550403'), der(0x0c, Buffer.from(commonName)))));
}

const ofAuthority = [
  // basicConstraints: it is an authority; keyUsage: it signs certificates.
  sequence(id('551d13'), yes, octets(sequence(yes))),
  sequence(id('551d0f'), yes, octets(bits(Buffer.of(0x04), 2))),
];
const ofServer = [
  sequence(id('551d0f'), yes, octets(bits(Buffer.of(0x80), 7))),
  sequence(id('551d25'), octets(sequence(id('2b06010505070301')))),
  sequence(
    id('551d11'),
    octets(sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)))),
  ),
];

const dayMs = 86_400_000;

function certificate({
  issuer,
  subject,
  key,
  authorityKey,
  signedBy,
  extensions,
}: {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly authorityKey: KeyObject;
  readonly signedBy: KeyObject;
  readonly extensions: readonly Buffer[];
}): string {
  const validFrom = utcTime(Date.now() - dayMs);
  const validUntil = utcTime(Date.now() + 7 * dayMs);
  const keyIds = [
    sequence(id('551d0e'), octets(octets(keyId(key)))),
    sequence(id('551d23'), octets(sequence(der(0x80, keyId(authorityKey))))),
  ];
  const said = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    issuer,
    sequence(validFrom, validUntil),
    subject,
    spki(key),
    der(0xa3, sequence(...extensions, ...keyIds)),
  );
  const whole = sequence(said, ecdsaWithSha256, bits(sign('sha256', said, signedBy)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const keyId = (key: KeyObject): Buffer => createHash('sha1').update(spki(key)).digest();

function utcTime(at: number): Buffer {
  const text = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}
