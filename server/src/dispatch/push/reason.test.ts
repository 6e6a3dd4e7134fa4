import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reasonIn } from './reason.ts';

/** As a subscription's: long enough that nobody says it by chance. */
const token = fc.stringMatching(/^[A-Za-z0-9_-]{12,80}$/);
const endpoint = fc.oneof(
  token.map((one) => [`https://fcm.googleapis.com/fcm/send/${one}`, one] as const),
  token.map((one) => [`https://wns2.notify.windows.com/w/?token=${one}`, one] as const),
  fc.tuple(token, token).map(([a, b]) => [`https://push.example.org/${a}/${b}`, b] as const),
);
const words = fc.array(fc.constantFrom('Bad', 'Jwt', 'is not', '\n', '"', ':', '/', ' '));

test('nothing of the endpoint that tells it apart survives, in whatever words it stands', () => {
  fc.assert(
    fc.property(endpoint, words, words, fc.nat(3), ([url, secret], before, after, how) => {
      const { pathname, search } = new URL(url);
      const said = [url, pathname, secret, `${pathname}${search}`][how] ?? url;
      const reason = reasonIn(`${before.join(' ')}${said}${after.join(' ')}`, url);
      expect(reason).not.toContain(secret);
      expect(reason).toMatch(/^[^\p{Cc}]{0,200}$/u);
    }),
  );
});

test('each part of its path is left out where it is said alone', () => {
  fc.assert(
    fc.property(token, token, (mid, last) => {
      const url = `https://push.example.org/wpush/${mid}/${last}`;
      const reason = reasonIn(`no ${mid}, nor ${last}`, url);
      expect(reason).not.toContain(mid);
      expect(reason).not.toContain(last);
    }),
  );
});

test('what is written otherwise in the endpoint is left out too', () => {
  const url = 'https://wns2.notify.windows.com/w/?token=AbC%3d%3dxyz';
  expect(reasonIn('bad AbC==xyz, AbC%3d%3dxyz', url)).toBe('bad …, …');
});

test('the reason itself stays', () => {
  expect(reasonIn('{"reason":"BadJwtToken"}', 'https://web.push.apple.com/QABC')).toBe(
    '{"reason":"BadJwtToken"}',
  );
});
