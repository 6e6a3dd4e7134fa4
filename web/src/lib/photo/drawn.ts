import { draw, type Drawn } from './draw.ts';
import workerUrl from './photo-worker.ts?worker&url';

/** Pages of ours take no address of a script but one that a policy made (vite.config.ts names it). */
type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
};
const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy('rung-photo-worker', {
  // The only one there is.
  createScriptURL: () => workerUrl,
});

/** Makes a picture small: beside the page where the browser can, else on it. */
export async function drawn(file: Blob): Promise<Drawn> {
  if (typeof OffscreenCanvas !== 'function') return draw(file);
  return (await drawnBeside(file)) ?? draw(file);
}

/** null = the worker did not come: no network, or a browser that has none of this kind. */
function drawnBeside(file: Blob): Promise<Drawn | null> {
  return new Promise((resolve) => {
    try {
      const url = policy?.createScriptURL(workerUrl) ?? workerUrl;
      const worker = new Worker(url, { type: 'module' });
      const end = (answer: Drawn | null): void => {
        worker.terminate();
        resolve(answer);
      };
      worker.addEventListener('message', ({ data }: MessageEvent<Drawn>) => end(data));
      for (const fault of ['error', 'messageerror']) {
        worker.addEventListener(fault, () => end(null));
      }
      worker.postMessage(file);
    } catch {
      resolve(null);
    }
  });
}
