import { expect, test } from 'vitest';
import { browserKind } from './browser-kind.ts';

const mozilla = 'Mozilla/5.0 ';
const like = ' AppleWebKit/537.36 (KHTML, like Gecko) ';

test.each([
  [
    'chromium',
    'a Pixel',
    `${mozilla}(Linux; Android 10; K)${like}Chrome/142.0.0.0 Mobile Safari/537.36`,
    5,
  ],
  [
    'chromium',
    'Edge',
    `${mozilla}(Windows NT 10.0)${like}Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    0,
  ],
  ['firefox', 'Firefox', `${mozilla}(X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0`, 0],
  [
    'safari',
    'a Mac',
    `${mozilla}(Macintosh; Intel Mac OS X 10_15_7)${like}Version/26.1 Safari/605.1.15`,
    0,
  ],
  [
    'ios',
    'an iPhone',
    `${mozilla}(iPhone; CPU iPhone OS 18_7)${like}Version/26.1 Mobile/15E148 Safari/604.1`,
    5,
  ],
  [
    'ios',
    'Chrome on an iPhone',
    `${mozilla}(iPhone; CPU iPhone OS 18_7)${like}CriOS/142.0 Mobile/15E148 Safari/604.1`,
    5,
  ],
  [
    'ios',
    'an iPad, which says it is a Mac',
    `${mozilla}(Macintosh; Intel Mac OS X 10_15_7)${like}Version/26.1 Safari/605.1.15`,
    5,
  ],
  ['other', 'one that nobody knows', 'Lynx/2.9.2', 0],
] as const)('%s: %s', (kind, _, userAgent, touchPoints) => {
  expect(browserKind(userAgent, touchPoints)).toBe(kind);
});
