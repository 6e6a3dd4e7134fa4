const most = 200;
/** Parts of an endpoint that are shorter are words of its service: `fcm`, `send`. */
const longWord = 8;

/**
 * What a push service says about why, fit for a log: one line of 200 characters, without the endpoint, and without what could
 * be one, or a key or a token.
 */
export function reasonIn(body: string, endpoint: string): string {
  const { pathname, search, searchParams } = new URL(endpoint);
  const steps = pathname.split('/');
  const asked = search.split(/[?&=]/);
  const secrets = [endpoint, pathname, steps.at(-1) ?? '', ...searchParams.values()].filter(
    (secret) => secret.length > 1,
  );
  const others = [...steps, ...asked].filter((part) => part.length >= longWord);
  return [...secrets, ...others]
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '…'), body)
    .replace(/https?:\/\/\S+/gi, '…')
    .replace(/[\w:%.~+/=-]{25,}/g, '…')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, most);
}
