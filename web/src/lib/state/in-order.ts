/** What is given to it runs one after the other, in the order it was given; one that fails holds up none. */
export function inOrder(): (run: () => unknown) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async (run) => {
    const running = last.then(run);
    last = running.catch(() => {});
    await running;
  };
}
