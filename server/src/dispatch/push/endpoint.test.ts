import { describe, expect, test } from 'vitest';
import { endpointFault } from './endpoint.ts';

const parts = {
  allow: ['localhost:8443', '127.0.0.1:9000'],
  services: ['push.example.org', '*.push.example.net'],
  subject: 'mailto:ops@example.org',
};
const fault = (endpoint: string) => endpointFault(endpoint, parts);

test.each([
  'https://fcm.googleapis.com/fcm/send/abc:APA91b',
  'https://fcm.googleapis.com:443/fcm/send/abc',
  'https://FCM.googleapis.com/fcm/send/abc',
  'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
  'https://web.push.apple.com/QABC',
  'https://api.push.apple.com/QABC',
  'https://wns2-par02p.notify.windows.com/w/?token=abc',
  'https://push.example.org/x',
  'https://eu.push.example.net/x',
  'https://localhost:8443/push/x',
  'https://127.0.0.1:9000/push/x',
])('lets through %s', (endpoint) => expect(fault(endpoint)).toBeNull());

test.each(['', 'push', 'http://fcm.googleapis.com/x', 'ftp://localhost:8443/x', 'file:///etc/x'])(
  'refuses what is not https: "%s"',
  (endpoint) => expect(fault(endpoint)).toBe('not-https'),
);

test.each([
  'https://fcm.googleapis.com:8443/x',
  'https://me@fcm.googleapis.com/x',
  'https://:secret@fcm.googleapis.com/x',
  'https://me:secret@localhost:8443/x',
  'https://fcm.googleapis.com.example.com/x',
  'https://evilfcm.googleapis.com/x',
  'https://fcm.googleapis.com./x',
  'https://push.services.mozilla.com/x',
  'https://evilpush.services.mozilla.com/x',
  'https://notify.windows.com/x',
  'https://push.apple.com/x',
  'https://other.push.example.org/x',
  'https://example.com/x',
  'https://localhost/x',
  'https://localhost:8444/x',
  'https://127.0.0.1/x',
  'https://2130706433/x',
  'https://0x7f.1/x',
  'https://[::1]/x',
  'https://[::ffff:127.0.0.1]/x',
  'https://8.8.8.8/x',
  'https://example.com\\@fcm.googleapis.com/x',
  ' https://fcm.googleapis.com/x',
  'https://fcm.google\tapis.com/x',
])('refuses %s', (endpoint) => expect(fault(endpoint)).toBe('not-allowed'));

describe('without a contact in our tokens', () => {
  const without = (endpoint: string) => endpointFault(endpoint, { ...parts, subject: null });

  test.each(['https://web.push.apple.com/x', 'https://api.push.apple.com/x'])(
    'refuses %s',
    (endpoint) => expect(without(endpoint)).toBe('apple-needs-subject'),
  );

  test('others take pushes', () =>
    expect(without('https://fcm.googleapis.com/fcm/send/abc')).toBeNull());
});
