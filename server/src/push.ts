/** Web push, joined: keys, configuration, transport, and the way an alarm takes to people. */

import type { ContactMethod } from '@rung/domain/paging/notification.ts';
import type { Writer } from './apply/writer.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { openAlarm } from './dispatch/push/alarm.ts';
import { endpointFault } from './dispatch/push/endpoint.ts';
import { openWebPush } from './dispatch/push/web-push.ts';
import type { Log } from './log.ts';
import { openPushKeys } from './push-keys.ts';
import { pushSubjectOf } from './push-variables.ts';
import { addressOf, openSealer } from './sealed.ts';

type Outside = {
  readonly writer: Pick<Writer, 'keepPushKey' | 'alarm'>;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
};

/** What sends pushes, and what the doors need to know of it. @throws CannotStart when the keys were sealed by another secret. */
export async function openPush({ writer, config, clock, log }: Outside) {
  const { publicUrl, pushAllow: allow, pushServices: services, pushCa: ca } = config;
  const sealer = openSealer(config.secret);
  const keys = await openPushKeys(writer.keepPushKey, sealer);
  const subject = pushSubjectOf(config);
  const unseal = ({ id, address }: Pick<ContactMethod, 'id' | 'address'>) =>
    sealer.unseal(address, addressOf(id));
  const alarm = openAlarm({ tell: writer.alarm, clock, log });
  const sends = { keys, subject, publicUrl, allow, services, ca, unseal, clock, log, alarm };
  return {
    transport: openWebPush(sends),
    doors: {
      publicKey: keys.publicKey,
      fault: (endpoint: string) => endpointFault(endpoint, { allow, services, subject }),
      sealer,
    },
  };
}
