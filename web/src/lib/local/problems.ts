import type { Local } from './local.ts';
import { picturesOf } from './pictures.ts';

/** The person gave it up, or it goes on as something else: it is gone, dependants and their pictures and all. */
export function discardProblem(local: Local, uid: string): Promise<unknown> {
  return local.apply(async ({ problem, dropFiles }) => {
    const given = await problem.get(uid);
    await problem.drop([uid]);
    if (given === undefined) return;
    const { command, dependants } = given;
    await dropFiles(picturesOf([command, ...dependants.map((one) => one.command)]));
  });
}
