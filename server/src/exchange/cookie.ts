import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is being sent whole, and how far that got. */
export type Filling = {
  readonly scopes: readonly string[];
  readonly part: 'ref' | 'open' | 'closed';
  /** The last id of the part that was sent; of `ref` `<kind>/<key>`. */
  readonly after: string;
};

/**
 * What a device has: every row of these scopes whose version is at most `ver`, and of those being filled a part as of `ver`
 * or later. `from`: when it last had all there was; behind `ver` while a long way is gone in several steps. What came to
 * a scope after `from` it does not have whole, though its version says that it had it.
 */
export type Cookie = {
  readonly version: typeof cookieVersion;
  readonly person: string;
  readonly epoch: string;
  readonly from: number;
  readonly ver: number;
  readonly scopes: readonly string[];
  readonly filling: Filling | null;
  /** Everything is sent anew, and the device was not told the end of it yet: then it drops what was not sent. */
  readonly isSnapshot: boolean;
  /** Tickets of these scopes that could not be read when it was their turn: it has nothing of what they are since. */
  readonly missing: readonly string[];
};

/** What a cookie says when what it says changes: one of another version is none. */
export const cookieVersion = 1;

/** The scopes that a device with this cookie has something of: all that a row may name which is sent to it. */
export function heldScopes({ scopes, filling }: Cookie): readonly string[] {
  return [...new Set([...scopes, ...(filling?.scopes ?? [])])].sort();
}

/**
 * Cookies as devices keep them: signed, so that nobody can say that he had what he had not; and nothing is kept of them
 * here. `read` answers null for one that is not ours, or somebody else's, or of another version.
 */
export function cookies(secret: string) {
  const key = createHmac('sha256', secret).update('exchange cookie').digest();
  const sign = (body: string): string =>
    createHmac('sha256', key).update(body).digest().subarray(0, 16).toString('base64url');

  return {
    write(cookie: Cookie): string {
      const body = Buffer.from(JSON.stringify(cookie)).toString('base64url');
      return `${body}.${sign(body)}`;
    },

    read(text: string | null, person: string): Cookie | null {
      const [body = '', signature = '', ...more] = (text ?? '').split('.');
      const right = Buffer.from(sign(body));
      const given = Buffer.from(signature);
      if (more.length > 0 || right.length !== given.length || !timingSafeEqual(right, given)) {
        return null;
      }
      const cookie = JSON.parse(Buffer.from(body, 'base64url').toString()) as Cookie;
      return cookie.version === cookieVersion && cookie.person === person ? cookie : null;
    },
  };
}

export type Cookies = ReturnType<typeof cookies>;
