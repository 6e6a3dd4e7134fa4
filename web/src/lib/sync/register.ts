import type { Language } from '@rung/domain/directory/directory.ts';
import type { Registered } from '@rung/protocol/device.ts';
import type { Local } from '../local/local.ts';
import { changePager, newPager } from '../local/pager.ts';
import type { World } from './exchange.ts';
import { meaningOf, unreachable, type NoAnswer } from './problem-answer.ts';
import { becomeDevice } from './renew.ts';
import { watchSilence } from './silence.ts';

/**
 * Makes this browser a device of its person, or a new one where the old one's ids were taken. What waits keeps its order
 * and its uids and counts from 1; everything else will be sent anew. `language`: what its pages speak.
 */
export async function register(
  local: Local,
  world: Pick<World, 'fetch' | 'later'>,
  language: Language,
): Promise<{ readonly kind: 'registered' } | NoAnswer> {
  const { person, engine } = local;
  const silence = watchSilence(world);
  let answer: unknown;
  try {
    const response = await world.fetch('/api/devices', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Rung-Person': person },
      body: '{}',
      signal: silence.signal,
    });
    if (!response.ok) return await meaningOf(response);
    answer = await response.json();
  } catch {
    return unreachable;
  } finally {
    silence.end();
  }
  if (!isRegistered(answer) || answer.person !== person) return unreachable;
  const { device, secret } = answer;
  // The secret first, for it is told once: without it what waits here could never reach the dropbox. Where the second
  // database does not open, the device works all the same.
  await changePager(
    person,
    (pager) => ({
      ...newPager,
      ...pager,
      language,
      device,
      secret,
      person,
    }),
    engine,
  );
  await becomeDevice(local, device);
  return { kind: 'registered' };
}

function isRegistered(answer: unknown): answer is Registered {
  const { device, secret, person } = (answer ?? {}) as Partial<Registered>;
  return [device, secret, person].every((word) => typeof word === 'string');
}
