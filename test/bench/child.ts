/** Parts of a bench in processes of their own, so that each is measured by itself. */

import { fork } from 'node:child_process';
import { once } from 'node:events';

export type Child<Question extends object, Answer> = {
  /** One question after the other. @throws when it ends instead */
  ask(question: Question): Promise<Answer>;
  end(): Promise<void>;
};

/** Starts a file that calls `answering`. `opening` is what it is told at its start. */
export function startChild<Question extends object, Answer>(
  file: URL,
  opening: object,
  env: Readonly<Record<string, string>> = {},
): Child<Question, Answer> {
  const child = fork(file, [JSON.stringify(opening)], {
    execArgv: [],
    env: { PATH: process.env['PATH'], ...env },
  });
  const ended = once(child, 'exit');
  return {
    async ask(question) {
      const answered = once(child, 'message');
      child.send(question);
      const gone = ended.then(([code]) => Promise.reject(new Error(`${file.href}: code ${code}`)));
      return (await Promise.race([answered, gone]))[0] as Answer;
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** In the child: opens itself by what it was told, then answers until its parent is gone. What it throws ends it. */
export async function answering<Opening, Question, Answer>(
  open: (opening: Opening) => Promise<(question: Question) => Promise<Answer>>,
): Promise<void> {
  const answer = await open(JSON.parse(process.argv[2] ?? '') as Opening);
  process.on('disconnect', () => process.exit());
  process.on('message', (question) => {
    void answer(question as Question).then((said) => process.send?.(said));
  });
}
