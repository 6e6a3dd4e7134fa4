import type { Local } from './local.ts';

/** The person gave it up, or it goes on as something else: it is gone, dependants and all. */
export function discardProblem(local: Local, uid: string): Promise<unknown> {
  return local.apply(({ problem }) => problem.drop([uid]));
}
