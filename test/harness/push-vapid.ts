const { subtle } = crypto;

/** What a VAPID token says (RFC 8292). */
export type Claims = { readonly aud: string; readonly exp: number; readonly sub: string };

export type Vapid = {
  /** The key it is signed by, base64url. */
  readonly key: string;
  readonly token: string;
  readonly claims: Claims;
};

const longestS = 24 * 3600;

/**
 * Reads the header `Authorization` as strictly as Apple does. A text = what is wrong with it; by the real clock.
 * `wanted`: the key that the browser subscribed with.
 */
export async function readVapid(
  header: string | undefined,
  origin: string,
  wanted: string | null,
): Promise<Vapid | string> {
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(header ?? '') ?? [];
  if (token === undefined || key === undefined) return 'no token';
  const parts = token.split('.');
  const [head, body] = parts.slice(0, 2).map(read) as [Head | null, Claims | null];
  if (parts.length !== 3 || head === null || body === null) return 'not a token';
  if (head.alg !== 'ES256' || head.typ !== 'JWT') return 'not ES256';
  if (!(await isSigned(parts, key))) return 'not signed by k';
  if (wanted !== null && key !== wanted) return 'not the key that was subscribed with';
  if (body.aud !== origin) return `aud is ${body.aud}`;
  const leftS = body.exp - Date.now() / 1000;
  if (!(leftS > 0 && leftS <= longestS)) return `exp is ${leftS} s away`;
  return isContact(body.sub) ? { key, token, claims: body } : `sub is ${body.sub}`;
}

type Head = { readonly alg?: string; readonly typ?: string };

function read(part: string): object | null {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  } catch {
    return null;
  }
}

async function isSigned(parts: readonly string[], k: string): Promise<boolean> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  const signature = new Uint8Array(Buffer.from(parts[2] ?? '', 'base64url'));
  try {
    const raw = new Uint8Array(Buffer.from(k, 'base64url'));
    const key = await subtle.importKey('raw', raw, algorithm, false, ['verify']);
    return await subtle.verify(algorithm, key, signature, signed);
  } catch {
    return false;
  }
}

/** Apple writes to nobody at localhost. */
function isContact(sub: unknown): boolean {
  if (typeof sub !== 'string') return false;
  const host = /^mailto:[^@\s]+@([^@\s]+)$/.exec(sub)?.[1] ?? URL.parse(sub)?.hostname ?? '';
  return /^(mailto|https):/.test(sub) && host !== '' && !/(^|\.)localhost$/.test(host);
}
