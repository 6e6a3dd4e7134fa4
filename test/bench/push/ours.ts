import { systemClock } from '../../../server/src/clock.ts';
import { openWebPush } from '../../../server/src/dispatch/push/web-push.ts';
import { addressOf, openSealer } from '../../../server/src/sealed.ts';
import { methodOf } from '../../harness/recorder.ts';
import { pageAt, publicUrl, subject } from './page.ts';
import { nth, type Way } from './ways.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The product's transport, by its one call: it unseals, guards, words, encrypts, sends and judges. */
export const ours: Way = ({ keys, ca, allow }) => {
  const { seal, unseal } = openSealer('of the bench only, never a real one');
  const transport = openWebPush({
    keys,
    subject,
    publicUrl,
    allow,
    services: [],
    ca,
    unseal: ({ id, address }) => unseal(address, addressOf(id)),
    clock: systemClock,
    log: quiet,
    alarm: () => undefined,
  });
  return (to) => {
    const methods = to.map((one) => {
      const method = methodOf('mara');
      const address = seal(JSON.stringify(one), addressOf(method.id));
      return { ...method, kind: 'push', address };
    });
    const page = pageAt(Date.now());
    return async (n) => {
      const outcome = await transport.send(page, nth(methods, n));
      if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    };
  };
};
