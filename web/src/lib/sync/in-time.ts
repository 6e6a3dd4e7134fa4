import { alarm, type Alarm } from '../local/pager.ts';

/** It was not there in time. */
export const late = Symbol('late');

/** What the promise brings within so many ms, else `late`: it goes on, and nobody hears of it. Fails as it does. */
export function inTime<Value>(
  promise: Promise<Value>,
  ms: number,
  later: Alarm = alarm,
): Promise<Value | typeof late> {
  return new Promise((resolve, reject) => {
    const cancel = later(ms, () => resolve(late));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** The same; and one that fails does not come any more. */
export function wellInTime<Value>(
  promise: Promise<Value>,
  ms: number,
  later?: Alarm,
): Promise<Value | typeof late> {
  return inTime(
    promise.catch((): typeof late => late),
    ms,
    later,
  );
}
